"""One colour for one thing, in every plot and live figure: Okabe and Ito's palette, safe for colour-blind readers."""

# name -> (on a light page, on a dark page)
COLOURS = {
    "softmax": ("#0072b2", "#56b4e9"),
    "sigmoid": ("#b84e00", "#e69f00"),
    "label": ("#007a5a", "#2fc59b"),
    "gradient": ("#9a3f78", "#e29fc8"),
    "logit": ("#3a3f46", "#d3d8de"),
}


def light(name):
    """Return the colour of ``name`` on a light page, for matplotlib."""
    return COLOURS[name][0]


def css():
    """Return the colours as CSS custom properties, for both kinds of page."""

    def properties(index):
        return "".join(f"--xe-{name}:{pair[index]};" for name, pair in COLOURS.items())

    dark = 'html[data-theme="dark"], [data-jp-theme-light="false"]'
    return f":root{{{properties(0)}}}\n:is({dark}){{{properties(1)}}}\n"
