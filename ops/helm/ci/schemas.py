"""Checks rendered manifests against the schemas of Kubernetes and of the custom resources, unknown keys included.

Usage: helm template … | python schemas.py KUBERNETES-VERSION FILE-OF-A-CRD …
Prints a line for each object. Exit code: 0 all are valid, 1 one is not, or nothing came.
"""

import pathlib
import sys

import jsonschema
import kubernetes_validate
import yaml


def closed(schema):
    """The schema with every object that lists its properties closed: the API server would drop unknown ones silently."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(part) for key, part in schema.items()}
    if isinstance(copy.get("properties"), dict) and not copy.get("x-kubernetes-preserve-unknown-fields"):
        copy.setdefault("additionalProperties", False)
    if "(?i)" in str(copy.get("pattern")):
        # Go takes the flag anywhere, Python at the start only.
        copy["pattern"] = "(?i)" + copy["pattern"].replace("(?i)", "")
    return copy


def custom_resources(files):
    """The schemas of these definitions, by (apiVersion, kind). metadata is the API server's own."""
    found = {}
    for file in files:
        spec = yaml.safe_load(pathlib.Path(file).read_text())["spec"]
        for version in spec["versions"]:
            schema = closed(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


def problem_of(manifest, version, custom):
    key = manifest["apiVersion"], manifest["kind"]
    try:
        if key in custom:
            jsonschema.validate(manifest, custom[key], cls=jsonschema.Draft202012Validator)
        else:
            kubernetes_validate.validate(manifest, version, strict=True)
    except jsonschema.ValidationError as e:
        return f"{'.'.join(map(str, e.absolute_path))}: {e.message}"
    except kubernetes_validate.SchemaNotFoundError as e:
        return e.message
    return None


def main():
    version, *files = sys.argv[1:]
    custom = custom_resources(files)
    manifests = [manifest for manifest in yaml.safe_load_all(sys.stdin) if manifest]
    problems = 0
    for manifest in manifests:
        problem = problem_of(manifest, version, custom)
        problems += problem is not None
        print(f"{manifest['kind']} {manifest['metadata']['name']}: {problem or 'valid'}")
    sys.exit(1 if problems or not manifests else 0)


if __name__ == "__main__":
    main()
