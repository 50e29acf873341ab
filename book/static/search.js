// Whoever comes from TensorFlow types tf.nn.nce_loss; here it is xentedu.nn.nce_loss.
const search = Search.query;
Search.query = (query) => search(query.replace(/\b(?:tf|tensorflow|xe)\.(?:compat\.v1\.)?(?=\w)/g, "xentedu."));
