"""Changing a drawn journey part by part: each function returns the stages anew. No database."""

from collections.abc import Sequence

from openprm.journeys.content import StageDoc, TaskDoc

Stages = Sequence[StageDoc]


def put_stage(stages: Stages, stage: StageDoc) -> list[StageDoc]:
    """Return the stages with one added at the end, or in the place of the one with its key."""
    if all(known.key != stage.key for known in stages):
        return [*stages, stage]
    return [stage if known.key == stage.key else known for known in stages]


def put_task(stages: Stages, stage: str, task: TaskDoc) -> list[StageDoc]:
    """Return the stages with a task added to one, in the place of the task with its key if it is there already."""
    here = next((known for known in stages if known.key == stage), None)
    if here is not None and any(known.key == task.key for known in here.tasks):
        tasks = [task if known.key == task.key else known for known in here.tasks]
        return put_stage(stages, here.model_copy(update={"tasks": tasks}))
    return [
        known.model_copy(update={"tasks": [*known.tasks, task] if known.key == stage else known.tasks})
        for known in without_task(stages, task.key, keep_dependencies=True)
    ]


def without_stage(stages: Stages, key: str) -> list[StageDoc]:
    """Return the stages without one; what depended on its tasks no longer does."""
    gone = {task.key for stage in stages if stage.key == key for task in stage.tasks}
    return _forget([stage for stage in stages if stage.key != key], gone)


def without_task(stages: Stages, key: str, *, keep_dependencies: bool = False) -> list[StageDoc]:
    """Return the stages without a task; what depended on it no longer does."""
    left = [stage.model_copy(update={"tasks": [task for task in stage.tasks if task.key != key]}) for stage in stages]
    return left if keep_dependencies else _forget(left, {key})


def move_stage(stages: Stages, key: str, step: int) -> list[StageDoc]:
    """Return the stages with one moved up (-1) or down (1)."""
    listed = list(stages)
    place = next((number for number, stage in enumerate(listed) if stage.key == key), None)
    if place is not None and 0 <= place + step < len(listed):
        listed.insert(place + step, listed.pop(place))
    return listed


def step_task(stages: Stages, key: str, step: int) -> list[StageDoc]:
    """Return the stages with a task moved up or down; over the end of its stage it goes into the next one."""
    for number, stage in enumerate(stages):
        keys = [task.key for task in stage.tasks]
        if key not in keys:
            continue
        place = keys.index(key) + step
        if 0 <= place < len(keys):
            return place_task(stages, key, stage.key, place)
        if 0 <= number + step < len(stages):
            other = stages[number + step]
            return place_task(stages, key, other.key, 0 if step > 0 else len(other.tasks))
    return list(stages)


def place_task(stages: Stages, key: str, stage: str, place: int) -> list[StageDoc]:
    """Return the stages with a task at a place of a stage."""
    moved = next((task for known in stages for task in known.tasks if task.key == key), None)
    if moved is None or all(known.key != stage for known in stages):
        return list(stages)
    left = without_task(stages, key, keep_dependencies=True)
    return [
        known.model_copy(update={"tasks": [*known.tasks[:place], moved, *known.tasks[place:]]})
        if known.key == stage
        else known
        for known in left
    ]


def _forget(stages: Stages, gone: set[str]) -> list[StageDoc]:
    return [stage.model_copy(update={"tasks": [_without(task, gone) for task in stage.tasks]}) for stage in stages]


def _without(task: TaskDoc, gone: set[str]) -> TaskDoc:
    left = [key for key in task.depends_on if key not in gone]
    if left == task.depends_on:
        return task
    return task.model_copy(update={"depends_on": left, "due_from": task.due_from if left else "start"})
