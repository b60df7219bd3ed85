"""Pictures and charts of what the library computes, as arrays, PNG bytes and Plotly figures."""
