# SPDX-License-Identifier: Apache-2.0
"""A worker of OpenRelik: evidence in; findings, a report and the read errors out.

With openrelik-worker-common and celery of PyPI, as any worker of it is run:

    celery --app=openrelik worker --queues=openrelik-worker-wmihunt
"""

import os
import subprocess

from celery import Celery
from openrelik_worker_common.file_utils import create_output_file
from openrelik_worker_common.task_utils import create_task_result, get_input_files

app = Celery("wmihunt", broker=os.getenv("REDIS_URL"), backend=os.getenv("REDIS_URL"))

TASK = "openrelik-worker-wmihunt.tasks.hunt"
METADATA = {
    "display_name": "wmihunt",
    "description": "Finds WMI event subscriptions in event logs, archives and WMI repositories",
}
LOG = "openrelik:wmihunt:"


@app.task(bind=True, name=TASK, metadata=METADATA)
def hunt(self, pipe_result=None, input_files=None, output_path=None, workflow_id=None, task_config=None):
    files = get_input_files(pipe_result, input_files or [])
    if not files:
        raise RuntimeError("there is nothing to hunt in")

    def output(name, data_type):
        return create_output_file(output_path, display_name=name, data_type=LOG + data_type)

    found, page = output("wmihunt.jsonl", "jsonl"), output("wmihunt.html", "html")
    said = output("wmihunt-read-errors.jsonl", "errors")
    # Inputs lie under random names: what is said names them as their owner does.
    command = ["wmihunt", "hunt", "--exit-zero", "--all", f"--output={found.path}", f"--report=html={page.path}"]
    command += ["--name=" + (file.get("original_path") or file["display_name"]) for file in files]
    command += ["--", *(file["path"] for file in files)]
    done = subprocess.run(command, capture_output=True, check=False)
    # 2 is a read error, of which there is a line, or an option, of which there is a sentence.
    if done.returncode not in (0, 2) or done.stderr.startswith(b"wmihunt: "):
        raise RuntimeError(done.stderr.decode(errors="replace"))
    with open(said.path, "wb") as file:
        file.write(done.stderr)
    return create_task_result(
        output_files=[one.to_dict() for one in (found, page, said)],
        workflow_id=workflow_id,
        command=" ".join(command),
        meta={},
    )
