"""YAML from a stranger runs no code, reads no environment and loads nothing: a planted `touch` leaves no file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.command import Ran, command, written

ACCOUNT = "defaults: [shipped/own_money, _self_]\nname: mine\n"
CALLBACK = "{x: {_target_: os.system, command: 'touch PLANTED'}}"
FACTORY = "{version: 1, handlers: {x: {(): os.system, command: 'touch PLANTED'}}, root: {handlers: [x]}}"
STRATEGY = "defaults: [shipped/ema_cross, _self_]\n"

# name: (files of the stranger, further words, what the refusal says)
STRANGERS: dict[str, tuple[dict[str, str], list[str], str]] = {
    "a call where a block belongs": (
        {"conf/strategy/evil.yaml": STRATEGY + "sizing: {_target_: os.system, command: 'touch PLANTED'}\n"},
        [],
        "expected a block of blocks, was 'os.system'; refused",
    ),
    "a call reached through a block's imports": (
        {
            "blocks/sizing/imports_os.py": "import os\n",
            "conf/strategy/evil.yaml": STRATEGY + "sizing: {_target_: blocks.sizing.imports_os.os.system, command: 'touch PLANTED'}\n",
        },
        [],
        "expected a block class, was 'blocks.sizing.imports_os.os.system'",
    ),
    "a function that a block imported": (
        {
            "blocks/sizing/imports_system.py": "from os import system\n",
            "conf/strategy/evil.yaml": STRATEGY + "sizing: {_target_: blocks.sizing.imports_system.system, command: 'touch PLANTED'}\n",
        },
        [],
        "expected a block class, was 'blocks.sizing.imports_system.system'",
    ),
    "a class that is no block": (
        {
            "blocks/sizing/plain_class.py": "import os\n\n\nclass PlainClass:\n"
            "    def __init__(self, **_):\n        os.system('touch PLANTED')\n",
            "conf/strategy/evil.yaml": STRATEGY + "sizing: {_target_: blocks.sizing.plain_class.PlainClass}\n",
        },
        [],
        "expected a block class, was 'blocks.sizing.plain_class.PlainClass'",
    ),
    "a block class of an untrusted package reached through a trusted one": (
        {
            "blocks/sizing/reexport.py": "from runner.model.block import Sizing\n",
            "conf/strategy/evil.yaml": STRATEGY + "sizing: {_target_: blocks.sizing.reexport.Sizing}\n",
        },
        [],
        "which comes from 'runner.model.block'; refused",
    ),
    "a call inside a plain value": (
        {"accounts/evil.yaml": ACCOUNT + "secrets: {key: {_target_: os.system, command: 'touch PLANTED'}}\n"},
        [],
        "nothing is built here",
    ),
    "a call as a whole section": (
        {"accounts/evil.yaml": ACCOUNT + "gate: {_target_: os.system, command: 'touch PLANTED'}\n"},
        [],
        "nothing is built here",
    ),
    "a call at the top of a choice": (
        {"conf/strategy/evil.yaml": STRATEGY + "_target_: os.system\ncommand: touch PLANTED\n"},
        [],
        "nothing is built here",
    ),
    "positional arguments beside a block": (
        {"conf/strategy/evil.yaml": STRATEGY + "sizing: {_args_: ['touch PLANTED'], _partial_: true}\n"},
        [],
        "FixedRisk has no '_args_'",
    ),
    "a callback": (
        {"accounts/evil.yaml": ACCOUNT + f"hydra: {{callbacks: {CALLBACK}}}\n"},
        [],
        "may not set hydra.*",
    ),
    "a logging factory": (
        {"conf/strategy/evil.yaml": STRATEGY + f"hydra: {{job_logging: {FACTORY}}}\n"},
        [],
        "may not set hydra.*",
    ),
    "a callback through a global package": (
        {"accounts/evil.yaml": f"# @package _global_\n{ACCOUNT}hydra: {{callbacks: {CALLBACK}}}\n"},
        [],
        "may not choose its own package; found '# @package _global_'",
    ),
    "a callback through a package of its own": (
        {"accounts/evil.yaml": "# @package hydra.callbacks.x\n_target_: os.system\ncommand: touch PLANTED\n"},
        [],
        "may not choose its own package",
    ),
    "a callback through a defaults list": (
        {
            "conf/rule/evil.yaml": "_target_: os.system\ncommand: touch PLANTED\n",
            "accounts/evil.yaml": "defaults: [shipped/own_money, /rule@_global_.hydra.callbacks.x: evil, _self_]\n",
        },
        [],
        "may not reach outside its group; found '/rule@_global_.hydra.callbacks.x'",
    ),
    "a callback from a hydra folder of the menu": (
        {
            "conf/hydra/callbacks/evil.yaml": "x: {_target_: os.system, command: 'touch PLANTED'}\n",
            "accounts/evil.yaml": "defaults: [shipped/own_money, override /hydra/callbacks: evil, _self_]\n",
        },
        [],
        "may not reach outside its group; found 'override /hydra/callbacks'",
    ),
    "a callback placed by the command line": (
        {"conf/rule/evil.yaml": "_target_: os.system\ncommand: touch PLANTED\n", "accounts/evil.yaml": ACCOUNT},
        ["+rule@hydra.callbacks.x=evil"],
        "a choice cannot be placed at 'hydra.callbacks.x'",
    ),
    "a search path of its own": (
        {"other/account/evil.yaml": ACCOUNT, "accounts/evil.yaml": ACCOUNT},
        ["hydra.searchpath=[file://other]"],
        "is not read here",
    ),
    "a primary config of its own": (
        {"conf/config.yaml": f"hydra: {{callbacks: {CALLBACK}}}\n", "accounts/evil.yaml": ACCOUNT + "wrong: 1\n"},
        [],
        "the account has no 'wrong'",
    ),
    "a primary config named on the command line": (
        {"conf/other.yaml": f"hydra: {{callbacks: {CALLBACK}}}\n", "accounts/evil.yaml": ACCOUNT},
        ["--config-name", "other"],
        "the primary config is the shipped one",
    ),
    "a pickled configuration": (
        {"evil.pickle": "cos\nsystem\n(S'touch PLANTED'\ntR.", "accounts/evil.yaml": ACCOUNT},
        ["--experimental-rerun", "evil.pickle"],
        "a pickled configuration can hold code",
    ),
    "a trust list in the account": (
        {
            "accounts/evil.yaml": ACCOUNT + "trust: [os]\n",
            "conf/strategy/evil.yaml": STRATEGY + "sizing: {_target_: os.system, command: 'touch PLANTED'}\n",
        },
        [],
        "expected a block of blocks, was 'os.system'; refused",
    ),
    "a trust list on the command line": (
        {"conf/strategy/evil.yaml": STRATEGY + "sizing: {_target_: os.system, command: 'touch PLANTED'}\n"},
        ["+trust=[os]"],
        "expected a block of blocks, was 'os.system'; refused",
    ),
    "a YAML tag": (
        {"accounts/evil.yaml": ACCOUNT + "currency: !!python/object/apply:os.system ['touch PLANTED']\n"},
        [],
        "tags are refused",
    ),
    "a YAML tag for a path": (
        {"accounts/evil.yaml": ACCOUNT + "currency: !!python/object/apply:pathlib.Path [PLANTED]\n"},
        [],
        "tags are refused",
    ),
    "an environment variable": (
        {"accounts/evil.yaml": ACCOUNT + "currency: ${oc.env:PLANTED_SECRET}\n"},
        [],
        "may only refer to settings, as in ${account.size}; found '${oc.env:PLANTED_SECRET}'",
    ),
    "an environment variable behind a nested reference": (
        {"accounts/evil.yaml": ACCOUNT + "currency: ${${.variant}:PLANTED_SECRET}\nvariant: oc.env\n"},
        [],
        "may only refer to settings",
    ),
    "an environment variable in a key of a list": (
        {"conf/strategy/evil.yaml": STRATEGY + "symbols: ['${oc.env:PLANTED_SECRET}']\n"},
        [],
        "may only refer to settings",
    ),
    "a setting of Hydra's": (
        {"accounts/evil.yaml": ACCOUNT + "currency: ${hydra.job.env_set}\n"},
        [],
        "may only refer to settings",
    ),
    "a computed choice": (
        {"accounts/evil.yaml": "defaults: ['/rule@house.x': '${oc.env:PLANTED_SECRET}', shipped/own_money, _self_]\n"},
        [],
        "may not compute its choices",
    ),
    "a choice outside the menu": (
        {"accounts/evil.yaml": "defaults: [../../outside, shipped/own_money, _self_]\n", "outside.yaml": "size: 1\n"},
        [],
        "has no choice",
    ),
    "a name that leaves the run folder": (
        {"accounts/evil.yaml": ACCOUNT.replace("name: mine", "name: ../../PLANTED")},
        [],
        "expected a name of letters, digits",
    ),
    "a secret instead of its name": (
        {"accounts/evil.yaml": ACCOUNT + "secrets: {key: sk-live-abc/123}\n"},
        [],
        "expected the name of an environment variable such as HYRO_KEY, never the secret itself",
    ),
    "aliases that stand for billions of values": (
        {"accounts/evil.yaml": ACCOUNT + "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
            f"{y}: &{y} [*{x}, *{x}, *{x}, *{x}, *{x}, *{x}, *{x}, *{x}, *{x}, *{x}]\n" for x, y in zip("abcdefgh", "bcdefghi", strict=True)
        )},
        [],
        "holds more than 20000 values",
    ),
}  # fmt: skip


def attacked(home: Path, files: dict[str, str], words: list[str], mode: str) -> Ran:
    """A command that uses what the stranger left, beside harmless choices."""
    written(home, {name: text.replace("touch PLANTED", f"touch {home / 'planted'}") for name, text in files.items()})
    strategy = "evil" if "conf/strategy/evil.yaml" in files else "ema_cross"
    account = "evil" if "accounts/evil.yaml" in files else "own_money"
    secret = {"PLANTED_SECRET": "tell-nobody"}
    return command(f"strategy={strategy}", f"account={account}", *words, *([mode] if mode else []), home=home, environment=secret)


def test_the_trap_works(tmp_path: Path) -> None:
    """What is planted would leave a file if anything ran it."""
    subprocess.run(["/bin/sh", "-c", f"touch {tmp_path / 'sprung'}"], check=True)
    assert list(tmp_path.rglob("sprung*"))


@pytest.mark.parametrize("mode", ["", "mode=check", "-m"], ids=["run", "check", "sweep"])
@pytest.mark.parametrize("name", STRANGERS)
def test_a_strangers_yaml_is_refused(name: str, mode: str, tmp_path: Path) -> None:
    """Each attack ends with status 2 and its reason, before anything ran, was read or was left behind."""
    files, words, reason = STRANGERS[name]
    ran = attacked(tmp_path, files, words, mode)
    assert ran.status == 2
    assert reason in ran.err
    assert "Traceback" not in ran.err
    assert "tell-nobody" not in ran.out + ran.err
    assert not list(tmp_path.parent.rglob("planted*")), "code was run"
    assert not (tmp_path / "outputs").exists()
    assert not (tmp_path / "multirun").exists()


@pytest.mark.parametrize("name", [name for name in STRANGERS if "environment" in name or "Hydra" in name or "package" in name])
def test_what_is_refused_is_not_shown_either(name: str, tmp_path: Path) -> None:
    """`--cfg job` prints no secret and no part that was cut out."""
    files, words, _reason = STRANGERS[name]
    ran = attacked(tmp_path, files, ["--cfg", "job", "--resolve", *words], "")
    assert "tell-nobody" not in ran.out + ran.err
    assert not list(tmp_path.parent.rglob("planted*"))


def test_a_trusted_package_may_be_named_by_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the home or the environment trust a package; composed YAML never does."""
    package = written(
        tmp_path / "packages",
        {
            "trusted_by_test/sizing.py": (
                "from blocks.sizing.fixed_quantity import FixedQuantity\n\n\n"
                "class Mine(FixedQuantity):\n    '''A sizing of another package.'''\n"
            )
        },
    )
    monkeypatch.syspath_prepend(str(package))
    home = written(
        tmp_path / "home",
        {"conf/strategy/theirs.yaml": STRATEGY.replace("_self_]", "override /sizing@sizing: fixed_quantity, _self_]")
         + "sizing: {_target_: trusted_by_test.sizing.Mine, quantity: 0.1}\n"},
    )  # fmt: skip
    words = ("strategy=theirs", "account=own_money", "mode=check")
    assert "expected a block of blocks, was 'trusted_by_test.sizing.Mine'; refused" in command(*words, home=home).err
    assert command(*words, home=home, environment={"RUNNER_TRUST": "trusted_by_test"}).status == 0
    written(home, {"settings.yaml": "trust: [trusted_by_test]\n"})
    assert command(*words, home=home).status == 0


def test_a_users_blocks_add_and_never_shadow(tmp_path: Path) -> None:
    """A block of the user's folder is built; one of a shipped name and a module of any other name are not even imported."""
    body = "import pathlib\n\npathlib.Path({!r}).touch()\n"
    mine = "from blocks.sizing.fixed_quantity import FixedQuantity\n\n\nclass MineAlone(FixedQuantity):\n    '''Mine.'''\n"
    home = written(
        tmp_path,
        {
            "blocks/sizing/mine_alone.py": mine,
            "blocks/sizing/fixed_risk.py": body.format(str(tmp_path / "shadowed")),
            "talib.py": body.format(str(tmp_path / "imported")),
            "conf/strategy/own.yaml": "defaults: [shipped/ema_cross, override /sizing@sizing: fixed_quantity, _self_]\n"
            "sizing: {_target_: blocks.sizing.mine_alone.MineAlone, quantity: 0.1}\n",
        },
    )
    assert command("strategy=own", "account=own_money", "mode=check", home=home).status == 0
    assert command("strategy=ema_cross", "account=own_money", "mode=check", home=home).status == 0
    assert not (home / "shadowed").exists()
    assert not (home / "imported").exists()
