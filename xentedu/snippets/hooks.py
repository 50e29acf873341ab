"""``xe.diagnose`` in a training loop: a few lines for each framework, executed by ``make frameworks``."""

# Framework -> the hook.
HOOKS = {
    "pytorch": """\
import torch
import xentedu as xe

known = set()  # what was printed once


def report(module, arguments, loss):
    logits, labels = (x.detach().cpu() for x in arguments)
    for finding in xe.diagnose(labels.numpy(), logits.float().numpy()):
        if finding.code not in known:
            known.add(finding.code)
            print(finding)


loss_fn = torch.nn.CrossEntropyLoss()
hook = loss_fn.register_forward_hook(report)  # hook.remove() ends it
""",
    "keras": """\
import keras
import xentedu as xe


class Diagnose(keras.callbacks.Callback):
    def __init__(self, inputs, labels):  # one batch
        super().__init__()
        self.inputs, self.labels = inputs, labels
        self.known = set()  # what was printed once

    def on_epoch_end(self, epoch, logs=None):
        logits = self.model.predict(self.inputs, verbose=0)
        for finding in xe.diagnose(self.labels, logits):
            if finding.code not in self.known:
                self.known.add(finding.code)
                print(finding)
""",
    "jax": """\
import jax
import optax
import xentedu as xe

known = set()  # what was printed once


def report(labels, logits):
    for finding in xe.diagnose(labels, logits):
        if finding.code not in known:
            known.add(finding.code)
            print(finding)


def loss_fn(labels, logits):
    jax.debug.callback(report, labels, logits)  # works under jit too
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    return losses.mean()
""",
}
# Framework -> a loop in which it stays silent once, and is then set off twice by labels that start at one.
USES = {
    "pytorch": """
inputs, labels, model = torch.randn(8, 4), torch.tensor([0, 1, 2, 0, 1, 2, 0, 1]), torch.nn.Linear(4, 3)
loss_fn(model(inputs), labels).backward()
loss_fn(model(inputs).bfloat16(), labels).backward()
sound = len(said)
report(loss_fn, (model(inputs), labels + 1), None)
report(loss_fn, (model(inputs), labels + 1), None)
""",
    "keras": """
import numpy as np

inputs, labels = np.random.normal(size=(8, 4)), np.array([0, 1, 2, 0, 1, 2, 0, 1])
model = keras.Sequential([keras.layers.Dense(3)])
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(inputs, labels, verbose=0, callbacks=[Diagnose(inputs, labels)])
sound = len(said)
hook = Diagnose(inputs, labels + 1)
hook.set_model(model)  # a fit on these labels stops on TensorFlow
hook.on_epoch_end(0)
hook.on_epoch_end(1)
""",
    "jax": """
import jax.numpy as jnp

labels, logits = jnp.array([0, 1, 2, 0, 1, 2, 0, 1]), jax.random.normal(jax.random.key(0), (8, 3))
gradient = jax.jit(jax.grad(loss_fn, argnums=1))
jax.block_until_ready(gradient(labels, logits))
jax.effects_barrier()
sound = len(said)
for _ in range(2):
    jax.block_until_ready(gradient(labels + 1, logits))
jax.effects_barrier()
""",
}


def program(framework):
    """Return a program that leaves ``loss``: 1 if the hook is silent on sound labels, and speaks once of wrong ones."""
    said = "said = []\nprint = said.append\n"
    counted = 'right = sound == 0 and [finding.code for finding in said] == ["labels_start_at_one"]\n'
    counted += "loss = keras.ops.array(float(right))\n" if framework == "keras" else "loss = float(right)\n"
    return f"{said}{HOOKS[framework]}{USES[framework]}{counted}"
