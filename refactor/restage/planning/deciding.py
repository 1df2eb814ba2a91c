"""Which plan is made: nginx's of a start that serves a site, where the author asked for it; else a split."""

from __future__ import annotations

from restage.api.start import Role
from restage.planning.arrangement import Refusal, Unchanged
from restage.planning.judge import Courage
from restage.planning.situation import Planned, Situation
from restage.planning.split import plan_split


def decided(situation: Situation, courage: Courage) -> Planned | Refusal | Unchanged:
    """Plans what becomes of a single-stage file."""
    for start in situation.starts:
        if start.role is Role.START and start.site is not None:
            from restage.planning.serving import plan_served

            return plan_served(situation, start)
    return plan_split(situation, courage)
