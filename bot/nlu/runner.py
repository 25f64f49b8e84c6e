"""A graph runner for serving: the order of the nodes is worked out once per kind of request, not once per message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


@dataclass(frozen=True)
class _Step:
    name: str
    run: Callable[..., Any]
    needs: tuple[tuple[str, str], ...]  # parameter -> node or input that provides it


class OrderedRunner(GraphRunner):
    """Runs the nodes of a trained graph one after another.

    Rasa's own runner builds a new graph for dask at every call. Serving asks for the same two targets again and
    again (what a message means, what to do next), so a plan is kept for each. Errors reach the caller as they are,
    without the node's name wrapped around them.
    """

    def __init__(
        self,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> None:
        self._schema = graph_schema
        self._nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        self._hooked = bool(hooks)
        self._plans: dict[tuple[tuple[str, ...], frozenset[str]], tuple[_Step, ...]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> OrderedRunner:
        """As :class:`GraphRunner` asks."""
        return cls(graph_schema, model_storage, execution_context, hooks)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Output of each of *targets* (all targets of the graph when None), given the named *inputs*.

        Raises GraphRunError: a target or something it needs is neither a node nor an input.
        """
        values = dict(inputs or {})
        wanted = tuple(targets or self._schema.target_names)
        key = (wanted, frozenset(values))
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._plan(wanted, frozenset(values))
        for step in plan:
            values[step.name] = step.run(**{parameter: values[provider] for parameter, provider in step.needs})
        return {target: values[target] for target in wanted}

    def provider(self, target: str, parameter: str) -> str:
        """Name of the node or input from which *target* takes *parameter*."""
        return str(self._schema.nodes[target].needs[parameter])

    @property
    def components(self) -> list[Any]:
        """What the eager nodes run."""
        return [node._component for node in self._nodes.values() if node._component is not None]

    def _plan(self, targets: tuple[str, ...], given: frozenset[str]) -> tuple[_Step, ...]:
        steps: dict[str, _Step] = {}

        def visit(name: str) -> None:
            if name in steps or name in given:
                return
            schema = self._schema.nodes.get(name)
            if schema is None:
                raise GraphRunError(f"The graph has no node and no input named '{name}'.")
            for provider in schema.needs.values():
                visit(provider)
            steps[name] = self._step(name, tuple(schema.needs.items()))

        for target in targets:
            visit(target)
        return tuple(steps.values())

    def _step(self, name: str, needs: tuple[tuple[str, str], ...]) -> _Step:
        node = self._nodes[name]
        if node._eager and not self._hooked:
            return _Step(name, getattr(node._component, node._fn_name), needs)

        def through_the_node(**received: Any) -> Any:  # a lazy node builds its component from what it receives
            return node(*((provider, received[parameter]) for parameter, provider in needs))[1]

        return _Step(name, through_the_node, needs)
