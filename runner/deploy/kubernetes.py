"""Objects of Kubernetes: a CronJob for each run with times, a Deployment for each that lasts, the user's YAML, and one volume."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from runner.deploy import probe
from runner.deploy.container import CACHE, DESK, DESK_PORT, HOME, PROGRAM, PYTHON, alive, document, environment
from runner.deploy.process import LONGEST_TICK_S, Process, Site, slugs
from runner.deploy.timing import merged
from runner.model.errors import ConfigError, Problem

SAID = "Written by `runner mode=deploy mode.target=kubernetes`; mode.action=remove takes it away."
LONGEST_NAME = 40  # of a CronJob 52 letters, prefix included
LATEST_S = 120  # a tick that cannot begin so soon is not made
WARM = "/warm"  # where the volume for compiled code is seen beside the image's own
LARGEST = 900_000  # bytes of the user's YAML: a ConfigMap holds a MiB
UID = 10001  # whom the image runs as
FILES, STATE = "files", "state"  # what the volumes are called in a pod
LIMITS = {"cpu": "1"}
REQUESTS = {"cpu": "50m", "memory": "192Mi"}
UNITS = {"K": "Ki", "M": "Mi", "G": "Gi"}


def files(processes: Sequence[Process], site: Site, folder: Path) -> dict[str, str]:
    """One object a file, by absolute path. ConfigError for YAML that no ConfigMap holds."""
    names = slugs([each.name for each in processes], LONGEST_NAME)
    found = {"namespace": namespace(site), "files": config_map(site), "state": claim(site)}
    for each in processes:
        name = names[each.name]
        found[name] = deployment(each, name, site) if each.lasts else cron_job(each, name, site)
        if each.job == "desk":
            found[f"{name}-service"] = desk_service(name, site)
    return {str(folder / f"{name}.yaml"): document(content, SAID) for name, content in found.items()}


def part_of(site: Site) -> str:
    """The label of everything but the namespace, which holds what nobody can make again."""
    return f"app.kubernetes.io/part-of={site.prefix}"


def meta(name: str, site: Site) -> dict[str, Any]:
    """Name, namespace and the label by which what was taken away is pruned."""
    return {"name": f"{site.prefix}-{name}", "namespace": site.namespace, "labels": {"app.kubernetes.io/part-of": site.prefix}}


def namespace(site: Site) -> dict[str, Any]:
    """The namespace, in which pods must be restricted ones."""
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": site.namespace, "labels": labels}}


def config_map(site: Site) -> dict[str, Any]:
    """What the user wrote: accounts and choices. Keys of a ConfigMap have no slashes."""
    size = sum(len(text.encode()) for text in site.files.values())
    if size > LARGEST:
        message = f"expected at most {LARGEST:,} bytes of YAML, was {size:,}; put them into the image instead"
        raise ConfigError("no ConfigMap holds this", [Problem(path="accounts, conf", message=message, where=str(site.home))])
    data = {key_of(path): text for path, text in sorted(site.files.items())}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(FILES, site), "data": data}


def key_of(path: str) -> str:
    """`accounts/mine.yaml` as a key; what a path may hold and a key may not is told by its number."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-.") else f"_{ord(letter):x}_" for letter in path)


def claim(site: Site) -> dict[str, Any]:
    """The volume that bots, guard and desk share. ReadWriteOnce: all on one node."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": site.storage}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta(STATE, site), "spec": spec}


def cron_job(process: Process, name: str, site: Site) -> dict[str, Any]:
    """A run at its times: never twice at once, not made up for when it is late."""
    timed = merged(process.times(("UTC", process.own_zone), site.year))
    wait = f"sleep {timed.seconds}; " if timed.seconds else ""
    asked = shlex.join([PYTHON, "-P", "-m", "runner.deploy.probe", *probe.words(process.when, timed.seconds, timed.grace)])
    ask = "" if timed.exact else f'{asked} || {{ asked=$?; [ "$asked" = 1 ] && exit 0; exit "$asked"; }}; '
    command = ["/bin/sh", "-c", f"{ask}{wait}exec {shlex.join([PROGRAM, *process.words])}"]
    pod = {"restartPolicy": "Never", **spec(process, site, command)}
    job = {
        "backoffLimit": 0,
        "activeDeadlineSeconds": LONGEST_TICK_S,
        "ttlSecondsAfterFinished": 86400,
        "template": template(name, site, pod),
    }
    content = {
        "schedule": timed.fields[0].cron,
        "timeZone": "Etc/UTC" if timed.zone == "UTC" else timed.zone,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": LATEST_S,
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": {"spec": job},
    }
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta(name, site), "spec": content}


def deployment(process: Process, name: str, site: Site) -> dict[str, Any]:
    """A process that lasts. Recreate: the old one has ended before the new one begins, an account has one bot."""
    desk = DESK if process.job == "desk" else ()
    pod = {"terminationGracePeriodSeconds": 30, **spec(process, site, [PROGRAM, *process.words, *desk])}
    content = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": {"app.kubernetes.io/name": f"{site.prefix}-{name}"}},
        "template": template(name, site, pod),
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(name, site), "spec": content}


def desk_service(name: str, site: Site) -> dict[str, Any]:
    """The desk within the cluster; `kubectl port-forward` brings it to a person."""
    ports = [{"port": DESK_PORT, "targetPort": DESK_PORT}]
    content = {"selector": {"app.kubernetes.io/name": f"{site.prefix}-{name}"}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta(name, site), "spec": content}


def template(name: str, site: Site, pod: dict[str, Any]) -> dict[str, Any]:
    """A pod with its labels."""
    labels = {"app.kubernetes.io/name": f"{site.prefix}-{name}", "app.kubernetes.io/part-of": site.prefix}
    return {"metadata": {"labels": labels, "annotations": {"prop-runner/files": digest(site)}}, "spec": pod}


def digest(site: Site) -> str:
    """Another one when the user's YAML is: pods that mount it are then made anew."""
    return sha256("\0".join(f"{path}\0{text}" for path, text in sorted(site.files.items())).encode()).hexdigest()[:16]


def spec(process: Process, site: Site, command: list[str]) -> dict[str, Any]:
    """A pod of one container that runs as nobody in particular, and sees its own keys only."""
    items = [{"key": key_of(path), "path": path} for path in sorted(site.files)]
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": UID,
            "runAsGroup": UID,
            "fsGroup": UID,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "initContainers": [warmed(site)],
        "containers": [container(process, site, command)],
        "volumes": [
            {"name": FILES, "configMap": {"name": f"{site.prefix}-{FILES}", "items": items}},
            {"name": STATE, "persistentVolumeClaim": {"claimName": f"{site.prefix}-{STATE}"}},
            {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
        ],
    }


def container(process: Process, site: Site, command: list[str]) -> dict[str, Any]:
    """What runs. Keys are named, never told; those of alerts are a Secret of their own, which may be missing."""
    told: list[dict[str, Any]] = [{"name": key, "value": value} for key, value in environment(dict(site.carried)).items()]
    told += [{"name": key, "valueFrom": {"secretKeyRef": {"name": site.secret, "key": key}}} for key in process.keys]
    folders = sorted({path.split("/", 1)[0] for path in site.files})
    found: dict[str, Any] = {
        "name": "runner",
        "image": site.image,
        "command": command,
        "workingDir": HOME,
        "env": told,
        **bounds(site),
        "volumeMounts": [
            *({"name": FILES, "mountPath": f"{HOME}/{each}", "subPath": each, "readOnly": True} for each in folders),
            {"name": STATE, "mountPath": f"{HOME}/state", "subPath": "state"},
            {"name": STATE, "mountPath": CACHE, "subPath": "cache"},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - a file system of the pod's own
        ],
    }
    if process.job in ("alerts", "desk"):
        found["envFrom"] = [{"secretRef": {"name": f"{site.secret}-{process.job}", "optional": True}}]
    return found | probes(process)


def bounds(site: Site) -> dict[str, Any]:
    """What a container may take and do."""
    return {
        "resources": {"requests": dict(REQUESTS), "limits": {**LIMITS, "memory": memory(site.memory)}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }


def warmed(site: Site) -> dict[str, Any]:
    """What puts the image's compiled code on the volume that hides it: another image, or processor, adds its own."""
    return {
        "name": "code",
        "image": site.image,
        "command": ["/bin/sh", "-c", copied(CACHE, WARM)],
        **bounds(site),
        "volumeMounts": [{"name": STATE, "mountPath": WARM, "subPath": "cache"}],
    }


def copied(source: str, target: str) -> str:
    """A shell's words that copy each folder that is not there yet, whole or not at all; what cannot be copied is compiled."""
    part = f'"{target}/.$each.$$.$(hostname)"'
    copy = f'cp -r "{source}/$each" {part} && mv -T {part} "{target}/$each" || rm -rf {part}'
    return f'for each in $(ls "{source}"); do [ -e "{target}/$each" ] || {{ {copy}; }}; done; exit 0'


def probes(process: Process) -> dict[str, Any]:
    """Signs of life: a page of the desk, the heartbeat of bots and the guard; those that leave none are watched by their end alone."""
    if process.job == "desk":
        asked: dict[str, Any] = {"httpGet": {"path": "/health", "port": DESK_PORT}}
    elif alive(process):
        asked = {"exec": {"command": ["/bin/sh", "-c", alive(process)]}}
    else:
        return {}
    return {
        "startupProbe": {**asked, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 60},
        "livenessProbe": {**asked, "periodSeconds": 30, "timeoutSeconds": 5, "failureThreshold": 3},
    }


def memory(text: str) -> str:
    """512M as Kubernetes means it: 512Mi."""
    return text[:-1] + UNITS[text[-1]] if text[-1] in UNITS else text


def keys_in(documents: Iterable[str]) -> list[str]:
    """What the Secret with the keys must hold for these objects."""

    def within(content: Any) -> Iterator[str]:
        if isinstance(content, dict):
            yield from [content["secretKeyRef"]["key"]] if "secretKeyRef" in content else []
            content = list(content.values())
        for each in content if isinstance(content, list) else []:
            yield from within(each)

    return sorted({key for text in documents for key in within(yaml.safe_load(text))})


def starting(site: Site, folder: Path, keys: Path | None, names: Sequence[str], given: Collection[str]) -> list[str]:
    """What a person types once it is written. The namespace first: what selects by the label passes over it, and keys need it.

    names: what the file with the keys must hold; given: what it holds now.
    """
    lacking = ", ".join(name for name in names if name not in given)
    told = f"; no pod starts without what it lacks: {lacking}" if keys is not None and lacking else ""
    file = shlex.quote(str(keys)) if keys is not None else "FILE"
    return [
        f"once: kubectl apply -f {shlex.quote(str(folder / 'namespace.yaml'))}",
        f"keys, once: kubectl -n {site.namespace} create secret generic {site.secret} --from-env-file={file}",
        f"  that file holds {', '.join(names)}{told}",
        f"then: kubectl apply --prune -l {part_of(site)} -f {shlex.quote(str(folder))}",
    ]


def stopping(site: Site) -> list[str]:
    """How to stop what runs once its files are gone, and what that leaves, which nobody can make again."""
    kept = f"the claim {site.prefix}-{STATE} (halts, the guard's peaks, journals in files) and the Secrets {site.secret}…"
    return [
        "pods go on until their objects are deleted",
        f"then: kubectl -n {site.namespace} delete deployments,cronjobs,services,configmaps -l {part_of(site)}",
        f"what stays: {kept}; whoever deletes the namespace {site.namespace} loses both for good",
    ]
