"""The app's pages.

A package of its own, as a folder without this file would lose against any other package `pages`.
"""
