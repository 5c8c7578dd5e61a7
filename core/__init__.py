"""The product without a screen. Nothing here imports streamlit, plotly or a model."""
