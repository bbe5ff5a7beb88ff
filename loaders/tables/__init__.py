"""Tables that people have: bytes become typed columns, and each bad cell says where it stands."""
