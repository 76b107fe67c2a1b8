"""The mapping workbench: codes that nothing translates, what they may mean, and one click to map them."""
