"""Everything that draws; with pages/ the only code that imports streamlit."""
