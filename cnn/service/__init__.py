"""The network as a service: a drawing goes in, and what the network makes of it comes out.

The road of a request, a file each:

    bodies: take it, within bounds -> messages: read it -> reading: prepare the ink -> batches: read
    it with others that come at the same time -> messages: answer
"""

# The address below which all of it lies.
PREFIX = "/api"
