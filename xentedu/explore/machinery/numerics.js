// The JavaScript twin of xentedu/numerics.py and of the families: the same stable forms, on plain arrays.
// tests/browser/test_twin.py holds it to xentedu's numbers.

export const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export function sigmoid(x) {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

export function logSoftmax(x) {
  const m = Math.max(...x);
  const total = x.reduce((sum, v) => sum + Math.exp(v - m), 0);
  return x.map((v) => v - m - Math.log(total));
}

export const softmax = (x) => logSoftmax(x).map(Math.exp);

// The share of a standard normal distribution above z, by the series around 0 whose terms all have one sign.
export function normalTail(z) {
  let term = z,
    series = 0;
  for (let n = 3; series + term !== series; n += 2) {
    series += term;
    term *= z ** 2 / n;
  }
  return 1 / 2 - (Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

export const sum = (x) => x.reduce((total, v) => total + v, 0);

export function dot(a, b) {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += a[k] * b[k];
  return total;
}

// One loss for each logit, as xe.nn.sigmoid_cross_entropy_with_logits.
export const sigmoidCrossEntropy = (labels, logits) =>
  logits.map((x, k) => Math.max(x, 0) - x * labels[k] + Math.log1p(Math.exp(-Math.abs(x))));

export const sigmoidGradient = (labels, logits) => logits.map((x, k) => sigmoid(x) - labels[k]);

// One loss for the example, as xe.nn.softmax_cross_entropy_with_logits_v2. A label of zero costs nothing.
export const softmaxCrossEntropy = (labels, logits) =>
  0 - sum(logSoftmax(logits).map((v, k) => (labels[k] ? labels[k] * v : 0)));

export const softmaxGradient = (labels, logits) => softmax(logits).map((p, k) => p - labels[k]);

// What the textbook formulas give in a precision: `round` is Math.fround for float32, the identity for float64.
// Every operation rounds, as it does in NumPy, so overflow and lost digits happen where they happen there.
export function naiveSoftmaxCrossEntropy(label, logits, round) {
  const e = logits.map((x) => round(Math.exp(round(x))));
  const total = e.reduce((sum, v) => round(sum + v), 0);
  return -round(Math.log(round(e[label] / total)));
}

export function naiveSigmoidCrossEntropy(label, logit, round) {
  const s = round(1 / round(1 + round(Math.exp(-round(logit)))));
  const hit = round(label * round(Math.log(s)));
  const miss = round((1 - label) * round(Math.log(round(1 - s))));
  return round(-hit - miss);
}

// Uniform numbers in [0, 1): mulberry32, Tommy Ettinger's public-domain generator. In Python:
// xentedu.explore.sampled_softmax.mulberry32.
export function mulberry32(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// The mean, and half the width of its 95% confidence interval.
export function meanWithin(values) {
  const n = values.length,
    mean = sum(values) / n;
  return { mean, within: 1.96 * Math.sqrt(sum(values.map((v) => (v - mean) ** 2)) / (n - 1) / n) };
}
