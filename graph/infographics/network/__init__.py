"""The interactive network of a chain or a cluster: what stands where, and the page that shows it."""

from __future__ import annotations

from graph.infographics.network.layout import NetworkLayout, lay_out_chain, lay_out_cluster
from graph.infographics.network.page import FORMS, InteractiveNetwork

__all__ = ["FORMS", "InteractiveNetwork", "NetworkLayout", "lay_out_chain", "lay_out_cluster"]
