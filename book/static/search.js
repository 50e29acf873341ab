// Whoever comes from TensorFlow types tf.nn.nce_loss; here it is xentedu.nn.nce_loss.
const { query: search, _parseQuery: parse, _performSearch: perform } = Search;
Search.query = (query) => search(query.replace(/\b(?:tf|tensorflow|xe)\.(?:compat\.v1\.)?(?=\w)/g, "xentedu."));

// Sphinx leaves out whole numbers, so that 255 would find nothing.
Search._parseQuery = (query) => {
  const parsed = parse(query);
  for (const word of splitQuery(query)) if (/^\d+$/.test(word)) parsed[1].add(word);
  return parsed;
};

// A section that answers a word (book/extensions/words.py) is listed by its own title, and once.
Search._performSearch = (...query) => {
  const { docnames, titles, alltitles } = Search._index;
  const named = ([page, title, anchor, ...rest]) => {
    const file = docnames.indexOf(page);
    const isIt = ([at, id]) => at === file && `#${id}` === anchor;
    const section = titles[file] === title && Object.keys(alltitles).find((name) => alltitles[name].some(isIt));
    return [page, section ? `${title} > ${section}` : title, anchor, ...rest];
  };
  const seen = new Set();
  const isNew = ([page, , anchor]) => !seen.has(page + anchor) && seen.add(page + anchor);
  return perform(...query).reverse().map(named).filter(isNew).reverse(); // the best stands last
};
