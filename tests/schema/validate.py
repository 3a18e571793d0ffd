# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA: holds lines of standard input against it, says what does not fit; 1 if anything does not."""

import collections
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
kinds = collections.Counter()
bad = 0
for line in sys.stdin:
    line = json.loads(line)
    kinds[line.get("kind")] += 1
    error = next(validator.iter_errors(line), None)
    if error:
        bad += 1
        print(f"{line.get('kind')}: {list(error.absolute_path)}: {error.message[-200:]}")
print(" ".join(f"{kind}:{count}" for kind, count in sorted(kinds.items())))
sys.exit(bad > 0)
