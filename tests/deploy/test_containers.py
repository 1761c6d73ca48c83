"""A Compose file and objects of Kubernetes, judged by their own checkers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.deploy import compose, kubernetes
from runner.deploy.process import processes, slugs
from runner.menu import Menu
from runner.mode.accounts.bare import bare
from runner.model.errors import ConfigError
from runner.schedule.runs import dues
from tests.command import written
from tests.deploy.samples import ACCOUNTS, MINE, VALUES, home_of, sample, site, tool


@pytest.fixture
def objects(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Every object of the samples, by file, written into a folder."""
    host = site(tmp_path, files=ACCOUNTS, environment=None, journal="JOURNAL_URL", carried={"RUNNER_TRUST": "mine"})
    found = kubernetes.files(sample("JOURNAL_URL"), host, tmp_path)
    for path, text in found.items():
        Path(path).write_text(text, encoding="utf-8")
    return {Path(path).name: yaml.safe_load(text) for path, text in found.items()}


def pod(content: dict[str, Any]) -> dict[str, Any]:
    """What a Deployment or CronJob runs."""
    spec = content["spec"]
    found: dict[str, Any] = (spec["jobTemplate"]["spec"] if content["kind"] == "CronJob" else spec)["template"]["spec"]
    return found


def test_kubernetes_knows_every_word(objects: dict[str, Any], tmp_path: Path) -> None:
    """kubernetes-validate in strict mode: a word its schema does not have is refused."""
    checker = Path(sys.executable).with_name("kubernetes-validate")
    files = [str(tmp_path / name) for name in objects]
    done = subprocess.run([checker, "--strict", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "broken.yaml"
    broken.write_text((tmp_path / "mine-fvg.yaml").read_text(encoding="utf-8").replace("timeZone:", "timezone:"), encoding="utf-8")
    assert subprocess.run([checker, "--strict", broken], capture_output=True, check=False).returncode != 0


def test_no_pod_may_more_than_it_must(objects: dict[str, Any]) -> None:
    """As nobody, on a root file system that takes nothing, without capabilities and without a token of the cluster."""
    pods = [pod(each) for each in objects.values() if each["kind"] in ("Deployment", "CronJob")]
    assert len(pods) == 10
    for each in pods:
        for container in (*each["containers"], *each["initContainers"]):
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert not container["securityContext"]["allowPrivilegeEscalation"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"] == "512Mi"
        assert each["securityContext"]["runAsNonRoot"]
        assert not each["automountServiceAccountToken"]


def test_secrets_are_referred_to(objects: dict[str, Any]) -> None:
    """A pod is given its own keys, by reference; there is no Secret among the objects."""
    assert "Secret" not in {each["kind"] for each in objects.values()}
    (container,) = pod(objects["mine-fvg.yaml"])["containers"]
    keys = {each["name"]: each["valueFrom"]["secretKeyRef"] for each in container["env"] if "valueFrom" in each}
    assert keys == {name: {"name": "prop-runner-keys", "key": name} for name in ("MINE_KEY", "MINE_SECRET", "JOURNAL_URL")}
    (paper,) = pod(objects["other-one-play.yaml"])["containers"]
    assert not any("valueFrom" in each for each in paper["env"])
    assert {"name": "RUNNER_TRUST", "value": "mine"} in container["env"]


def test_a_tick_of_kubernetes(objects: dict[str, Any]) -> None:
    """In its zone, never twice at once, not late; what the clock cannot say is asked."""
    spec = objects["mine-fvg.yaml"]["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("0 0,4,8,12,16,20 * * *", "Etc/UTC", "Forbid")
    assert spec["startingDeadlineSeconds"] == 120
    assert "sleep 5; exec runner +strategy=fvg +account=mine mode=once mode.journal=JOURNAL_URL" in str(spec)
    weekly = objects["mine-weekly.yaml"]["spec"]
    assert (weekly["schedule"], weekly["timeZone"]) == ("0 9 * * 0", "Europe/Berlin")
    (asking,) = pod(objects["other-one-tick.yaml"])["containers"]
    assert "-m runner.deploy.probe 0 5 cron '30 2 * * *' Europe/Berlin ||" in asking["command"][2]


def test_what_lasts_in_kubernetes(objects: dict[str, Any]) -> None:
    """One at a time, and watched by its signs of life; the desk by its page."""
    bot, desk = objects["mine-bot.yaml"]["spec"], pod(objects["desk.yaml"])["containers"][0]
    assert (bot["strategy"], bot["replicas"]) == ({"type": "Recreate"}, 1)
    asked = bot["template"]["spec"]["containers"][0]["livenessProbe"]["exec"]["command"]
    assert asked[2] == "find /trading/state/mine/heartbeat.bot -mmin -2 | grep -q ."
    assert desk["livenessProbe"]["httpGet"]["path"] == "/health"
    assert "/trading/state/other_one.paper/" in str(objects["other-one-play.yaml"])


def test_yaml_of_the_user_reaches_the_pod(objects: dict[str, Any]) -> None:
    """Each file under its own path; other content makes pods anew."""
    data = objects["files.yaml"]["data"]
    (files, *_) = pod(objects["mine-bot.yaml"])["volumes"]
    assert {item["path"]: data[item["key"]] for item in files["configMap"]["items"]} == ACCOUNTS


def test_too_much_yaml(tmp_path: Path) -> None:
    """A ConfigMap holds a MiB; that is said before anything is written."""
    with pytest.raises(ConfigError, match="no ConfigMap holds this"):
        kubernetes.files(sample(), site(tmp_path, files={"conf/huge.yaml": "x" * 2_000_000}), tmp_path)


def test_names_for_kubernetes() -> None:
    """Small letters and dashes, each once, none too long."""
    found = slugs(["A.b", "a_b", "c" * 60, "fine.one"], 40)
    assert found["fine.one"] == "fine-one"
    assert len(set(found.values())) == 4
    assert all(len(name) <= 40 and name == name.lower() for name in found.values())
    assert found["A.b"].startswith("a-b-")


def test_compose_understands_its_file(tmp_path: Path) -> None:
    """docker-compose config reads it, and finds what lasts and one service for all ticks."""
    home = home_of(tmp_path / "my: 50% $trading ${HOME}")
    (path, text), *rest = compose.files(sample(), site(home, folders=("accounts",)), home).items()
    Path(path).write_text(text, encoding="utf-8")
    config = [tool("docker-compose", "docker-compose"), "-f", path, "config"]
    done = subprocess.run(config, capture_output=True, text=True, check=False)
    assert (rest, done.returncode) == ([], 0), done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert set(services) == {"guard", "desk", "serve"}
    assert services["serve"]["command"] == ["runner", "mode=serve", "mode.guard=false"]
    assert services["serve"]["healthcheck"]["test"][1] == "find /trading/state/serve.heartbeat -mmin -2 | grep -q ."
    accounts = {"type": "bind", "source": str(home / "accounts").replace("$", "$$"), "target": "/trading/accounts", "read_only": True}
    for name, each in services.items():
        assert accounts in each["volumes"]
        assert each["read_only"]
        assert each["cap_drop"] == ["ALL"]
        assert each["restart"] == "unless-stopped"
        assert name == "serve" or each["mem_limit"] == "512M"


def test_compose_of_what_lasts_alone(tmp_path: Path) -> None:
    """Without times each process is a service of its own; the guard and the desk always are."""
    lasting = [each for each in sample() if each.lasts]
    (text,) = compose.files(lasting, site(tmp_path), tmp_path).values()
    assert set(yaml.safe_load(text)["services"]) == {"guard", "alerts", "desk", "mine-bot", "other-one-play"}
    assert [each.name for each in compose.services_of(sample())] == ["serve", "guard", "desk"]


def test_the_guard_has_all_accounts_that_send_orders(tmp_path: Path, objects: dict[str, Any]) -> None:
    """Also where one of them has a guard run and another has none: one guard, a service or a pod of its own, and none beside it."""
    text = MINE.replace("runs:\n", "runs:\n  watch: {job: guard}\n")
    menu = Menu(written(tmp_path / "home", {**ACCOUNTS, "accounts/mine.yaml": text}).resolve())
    found = processes(dues(bare(menu, name, (f"+account={name}",)) for name in ("mine", "other_one")))
    (file,) = compose.files(found, site(tmp_path), tmp_path).values()
    commands = {name: each["command"] for name, each in yaml.safe_load(file)["services"].items()}
    assert commands == {
        "serve": ["runner", "mode=serve", "mode.guard=false"],
        "guard": ["runner", "mode=guard", "mode.accounts=[mine,other_one]"],
    }
    for pods in (objects.values(), map(yaml.safe_load, kubernetes.files(found, site(tmp_path), tmp_path).values())):
        started = [pod(each)["containers"][0]["command"] for each in pods if each["kind"] in ("Deployment", "CronJob")]
        assert [each for each in started if "mode=guard" in each] == [["runner", "mode=guard", "mode.accounts=[mine,other_one]"]]


def test_compiled_code_of_the_image_reaches_the_volume(objects: dict[str, Any], tmp_path: Path) -> None:
    """What is mounted over it would hide it: it is copied there first, whole or not at all, and what is there stays."""
    first = pod(objects["mine-fvg.yaml"])["initContainers"][0]
    assert first["command"] == ["/bin/sh", "-c", kubernetes.copied("/cache", "/warm")]
    assert first["volumeMounts"] == [{"name": "state", "mountPath": "/warm", "subPath": "cache"}]
    image, volume = tmp_path / "image", tmp_path / "volume"
    written(image, {"new/drive.name": "new", "old/drive.name": "image"})
    written(volume, {"old/drive.name": "volume"})
    for _ in range(2):
        subprocess.run(["/bin/sh", "-c", kubernetes.copied(str(image), str(volume))], check=True)
    assert {each.relative_to(volume).as_posix(): each.read_text() for each in volume.rglob("*") if each.is_file()} == {
        "new/drive.name": "new",
        "old/drive.name": "volume",
    }
    gone = subprocess.run(["/bin/sh", "-c", kubernetes.copied(str(image), "/proc/nowhere")], capture_output=True, check=False)
    assert gone.returncode == 0


def test_a_compose_file_holds_no_keys(tmp_path: Path) -> None:
    """It names the file they are in, to those that need them; signs that Compose reads are written twice."""
    home = home_of(tmp_path)
    (text,) = compose.files(sample(), site(home, carried={"RUNNER_TRUST": "a$b"}), home).values()
    services = yaml.safe_load(text)["services"]
    assert not any(value in text for value in VALUES)
    assert services["guard"]["env_file"] == [str(home / ".env")]
    assert services["guard"]["environment"]["RUNNER_TRUST"] == "a$$b"
