"""The rules of tables: their forms, their list, and what a graph breaks of them."""
