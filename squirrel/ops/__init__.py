"""What operators do to values: one file per kind of operation, shared by the executable tree and the libraries.

The nodes have fast paths of their own for the common types; everything else, metamethods and errors comes here.
"""
