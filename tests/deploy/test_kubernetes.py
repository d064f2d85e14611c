"""The manifests under deploy/kubernetes, built by Kustomize and checked against the schemas of Kubernetes."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.server.serving import GRACE_S
from gateway.settings.reading import read_settings
from tests.deploy.expressions import DEPLOY

OVERLAYS = ("external-redis", "valkey")
Manifests = dict[tuple[str, str], dict[str, Any]]
"""By kind and name, the name without the hash that Kustomize adds."""


@pytest.fixture(scope="session")
def built(kubectl: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of manifests for each overlay."""
    folder = tmp_path_factory.mktemp("manifests")
    files = {name: folder / f"{name}.yaml" for name in OVERLAYS}
    for name, file in files.items():
        file.write_text(_run(kubectl, "kustomize", str(DEPLOY / "kubernetes" / "overlays" / name)))
    return files


@pytest.fixture(params=OVERLAYS)
def manifests(built: dict[str, Path], request: pytest.FixtureRequest) -> Manifests:
    return _read(built[str(request.param)])


@pytest.fixture
def pod(manifests: Manifests) -> dict[str, Any]:
    """The gateway's."""
    spec: dict[str, Any] = manifests["Deployment", "gateway"]["spec"]["template"]["spec"]
    return spec


@pytest.fixture
def container(pod: dict[str, Any]) -> dict[str, Any]:
    (found,) = pod["containers"]
    return dict(found)


@pytest.mark.parametrize("version", ["1.30.0", "1.37.0"])
def test_the_manifests_follow_the_schemas_of_kubernetes(built: dict[str, Path], tools: Path, version: str) -> None:
    """The oldest version that can sleep in `preStop`, and the newest. Unknown members are refused."""
    _run(str(tools / "kubernetes-validate"), "--strict", "-k", version, *map(str, built.values()))


def test_each_overlay_brings_a_store(built: dict[str, Path]) -> None:
    with_valkey, with_redis = _read(built["valkey"]), _read(built["external-redis"])
    (container,) = with_redis["Deployment", "gateway"]["spec"]["template"]["spec"]["containers"]

    assert with_valkey["ConfigMap", "gateway"]["data"]["GATEWAY_STORE_URL"] == "redis://valkey:6379/0"
    assert container["env"] == [
        {"name": "GATEWAY_STORE_URL", "valueFrom": {"secretKeyRef": {"name": "gateway-store", "key": "url"}}}
    ]
    assert with_valkey.keys() - with_redis.keys() == {
        ("StatefulSet", "valkey"), ("Service", "valkey"), ("NetworkPolicy", "valkey"),
    }  # fmt: skip


def test_the_overlay_in_the_documentation_works(kubectl: str, tmp_path: Path) -> None:
    """Its image, namespace and ids reach the manifests, beside what the overlay below sets."""
    (text,) = re.findall(r"```yaml\n(.*?)```", (DEPLOY.parent / "docs" / "deployment.md").read_text("utf-8"), re.DOTALL)
    here = os.path.relpath(DEPLOY, tmp_path)
    (tmp_path / "kustomization.yaml").write_text(text.replace("../partner-center-gateway/deploy", here))
    (tmp_path / "built.yaml").write_text(_run(kubectl, "kustomize", str(tmp_path)))

    manifests = _read(tmp_path / "built.yaml")

    (container,) = manifests["Deployment", "gateway"]["spec"]["template"]["spec"]["containers"]
    assert container["image"].startswith("registry.example.com/partner-center-gateway:")
    assert {each["metadata"]["namespace"] for each in manifests.values()} == {"gateway"}
    assert {"GATEWAY_TENANT_ID", "GATEWAY_CLIENT_ID", "GATEWAY_STORE_URL"} <= _data(manifests).keys()


def test_the_settings_are_valid(
    manifests: Manifests, container: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the program reads them, with the two ids that an operator adds, and secrets from files of the mounted Secret."""
    (mount,) = [each["mountPath"] for each in container["volumeMounts"] if each["name"] == "secrets"]
    for name, text in {"client-secret": "the-secret", "caller-keys": "key-of-the-shop-1"}.items():
        (tmp_path / name).write_text(text)
    for name, value in _data(manifests).items():
        monkeypatch.setenv(name, value.replace(mount, str(tmp_path)))
    monkeypatch.setenv("GATEWAY_TENANT_ID", "contoso.onmicrosoft.com")
    monkeypatch.setenv("GATEWAY_CLIENT_ID", "00000000-0000-0000-0000-000000000000")

    settings = read_settings({})

    assert (settings.auth, settings.own_client_secret) == ("app", "the-secret")
    assert settings.metrics_port == {each["name"]: each["containerPort"] for each in container["ports"]}["metrics"]
    assert not [name for name in _data(manifests) if re.search("(SECRET|KEYS|TOKEN)$", name)]


def test_tokens_of_callers_can_be_forwarded_instead(manifests: Manifests, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the settings of files set to nothing, as docs/deployment.md says."""
    changes = {"GATEWAY_AUTH": "forward", "GATEWAY_CLIENT_SECRET_FILE": "", "GATEWAY_CALLER_KEYS_FILE": ""}
    for name, value in (_data(manifests) | changes).items():
        monkeypatch.setenv(name, value)

    assert read_settings({}).auth == "forward"


def test_every_container_is_confined(manifests: Manifests) -> None:
    """By the rules of the Pod Security Standard `restricted`, and with a root file system that cannot be written to."""
    pods = [
        each["spec"]["template"]["spec"]
        for (kind, _), each in manifests.items()
        if kind in {"Deployment", "StatefulSet"}
    ]

    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"].keys() == {"memory"}


def test_the_pod_runs_as_the_user_of_the_image(pod: dict[str, Any]) -> None:
    dockerfile = (DEPLOY.parent / "Dockerfile").read_text("utf-8")

    assert f"USER {pod['securityContext']['runAsUser']}\n" in dockerfile


def test_probes_use_the_port_that_is_not_for_callers(container: dict[str, Any]) -> None:
    paths = {name: container[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}

    assert paths == {
        "startupProbe": {"path": "/health", "port": "metrics"},
        "livenessProbe": {"path": "/health", "port": "metrics"},
        "readinessProbe": {"path": "/ready", "port": "metrics"},
    }


def test_requests_in_flight_have_time_to_finish(pod: dict[str, Any], container: dict[str, Any]) -> None:
    """The sleep, during which load balancers take the pod out, and the gateway's own grace period fit in."""
    sleep_s = container["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert sleep_s + GRACE_S + 5 <= pod["terminationGracePeriodSeconds"]


def test_there_are_always_two_replicas_apart_from_each_other(manifests: Manifests, pod: dict[str, Any]) -> None:
    autoscaler = manifests["HorizontalPodAutoscaler", "gateway"]["spec"]
    metrics = [each.get("pods", each.get("resource")) for each in autoscaler["metrics"]]

    assert autoscaler["minReplicas"] >= 2
    assert "replicas" not in manifests["Deployment", "gateway"]["spec"]
    assert metrics[0]["metric"] == {"name": "graphql_server_active_requests"}
    assert metrics[1]["name"] == "cpu"
    assert manifests["PodDisruptionBudget", "gateway"]["spec"]["maxUnavailable"] == 1
    assert {each["topologyKey"] for each in pod["topologySpreadConstraints"]} == {
        "topology.kubernetes.io/zone", "kubernetes.io/hostname",
    }  # fmt: skip


def test_the_adapter_serves_the_metric_that_scales() -> None:
    """prometheus-adapter finds a pod's requests in flight by the labels that Kubernetes' service discovery adds."""
    rules = yaml.safe_load((DEPLOY / "kubernetes" / "prometheus-adapter.yaml").read_text("utf-8"))["rules"]["custom"]

    assert [rule["seriesQuery"] for rule in rules] == ['graphql_server_active_requests{namespace!="",pod!=""}']


def test_the_port_for_operators_stays_inside(manifests: Manifests) -> None:
    """Only the namespace `monitoring` reaches it, and no service with an address of its own leads there."""
    rules = manifests["NetworkPolicy", "gateway"]["spec"]["ingress"]
    services = [each["spec"] for (kind, _), each in manifests.items() if kind == "Service"]

    assert rules == [
        {"ports": [{"port": "http"}]},
        {
            "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}],
            "ports": [{"port": "metrics"}],
        },
    ]
    for service in services:
        is_open = any(port["targetPort"] == "metrics" for port in service["ports"])
        assert not is_open or service["clusterIP"] == "None"


def _data(manifests: Manifests) -> dict[str, str]:
    """The variables; those of `external-redis` have an address beside them, from a Secret."""
    data: dict[str, str] = manifests["ConfigMap", "gateway"]["data"]
    return {"GATEWAY_STORE_URL": "rediss://redis.example.com/0"} | data


def _read(file: Path) -> Manifests:
    documents = yaml.safe_load_all(file.read_text("utf-8"))
    return {(each["kind"], re.sub(r"-[a-z0-9]{10}$", "", each["metadata"]["name"])): each for each in documents}


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
