"""What stands between the network and Streamlit: who may connect, send what, and be told what."""
