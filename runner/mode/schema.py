"""Schema: what an editor needs to complete and check the YAML of the user's folder, their own blocks and choices included."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from runner.menu import Menu
from runner.model.bot import Errand
from runner.schema.write import FOLDER, leave, settings

ERRAND = True
LEAVES_FILES = False


class Options(BaseModel):
    """What `mode.…` may say of writing schemas."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    vscode: bool = Field(True, description="also tell VS Code which file belongs to which schema, in .vscode/settings.json")


def run(errand: Errand) -> int:
    """Write `schema/` into the user's folder, and the editor's settings beside it. RunnerError when that cannot be done."""
    menu = Menu(errand.home)
    told = settings(menu) if errand.options["vscode"] else None
    leave(menu, errand.home / FOLDER, dict([told] if told is not None else []))
    print(f"schemas for your editor: {errand.home / FOLDER}")
    if told is not None:
        print(f"VS Code finds them through {told[0]}; its YAML extension is redhat.vscode-yaml")
    print("other editors: a first line such as '# yaml-language-server: $schema=../../schema/strategy.json'")
    return 0
