"""What stands between the network and Streamlit: who may connect, send what, and be told what.

Besides pages, it serves what browsers read with: our JavaScript modules, and the networks in use.
"""
