"""What this machine has, and what is missing for what; imports nothing heavy, changes nothing."""

from core.doctor import machine, storage
from core.doctor.finding import Check
from core.workspace import Workspace

__all__ = ["Check", "examine"]


def examine(workspace: Workspace) -> list[Check]:
    """Every check, in the order in which a person would ask."""
    return [*machine.examine(), *storage.examine(workspace)]
