"""Figures as tests look at them: held against Plotly's own schema, their packed numbers unpacked."""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import Any

import numpy as np

from runner.report.html.encode import Figure


def valid(figure: Figure) -> Figure:
    """The figure, after Plotly's Python layer has accepted every part of it."""
    import plotly.graph_objects as go

    go.Figure(json.loads(json.dumps(figure, allow_nan=False)))
    return figure


def numbers(packed: Any) -> Any:
    """The numbers of a typed array; a list as float64, None as NaN."""
    if isinstance(packed, dict):
        return np.frombuffer(base64.b64decode(packed["bdata"]), np.dtype(f"<{packed['dtype']}")).astype(np.float64)
    return np.array([np.nan if value is None else value for value in packed], np.float64)


def named(figure: Figure, name: str) -> dict[str, Any]:
    """The trace of this name."""
    found: dict[str, Any] = next(trace for trace in figure["data"] if trace.get("name") == name)
    return found


def figures(page: str) -> dict[str, Figure]:
    """Every packed figure of a report, by its place."""
    found = re.findall(r'<script type="text/plain" class="pack">([^<]+)</script></figure>', page)
    places = re.findall(r'<figure class="chart" id="chart-([^"]+)">', page)
    return {place: json.loads(unpacked(each))["figure"] for place, each in zip(places, found, strict=True)}


def unpacked(packed: str) -> bytes:
    """What travelled gzip-compressed and base64."""
    return gzip.decompress(base64.b64decode(packed))
