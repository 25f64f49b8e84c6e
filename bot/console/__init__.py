"""The operators' desk: pages at ``/desk``, JSON at ``/desk/api``, live events over SSE."""
