"""matplotlib's backend on a page: plt.show() shows the open figures as outputs of the cell, and closes them."""

import builtins

from matplotlib._pylab_helpers import Gcf
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas

__all__ = ["FigureCanvas", "show"]


def show(*arguments, **options):
    """Show the open figures, and close them."""
    for manager in Gcf.get_all_fig_managers():
        builtins.display(manager.canvas.figure)
    Gcf.destroy_all()
