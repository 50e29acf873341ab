"""The book's chapters, for a reader who has no checkout of it: notebooks to work in, in JupyterLab.

In an installed package the chapters lie in this folder; in a checkout they are where the book has them.
"""
