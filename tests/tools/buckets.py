"""A real S3-compatible service on this machine: SeaweedFS, whose program comes as a Python package."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.tools.landing import free_port

KEY, SECRET = "ben-test", "ben-test-secret"
START_SECONDS = 120


class Buckets:
    """The service, with one bucket; `environment` is what a client needs to enter."""

    bucket = "ben"

    def __init__(self, directory: Path) -> None:
        self.environment = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
        self.directory = directory
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        others = [f"-{part}.port={free_port()}" for part in ("master", "volume", "filer")]
        others += [f"-{part}.port.grpc={free_port()}" for part in ("master", "volume", "filer", "s3")]
        others += [f"-s3.port.{part}={free_port()}" for part in ("iceberg", "lance")]
        off = ["-webdav=false", "-admin.ui=false", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        program = Path(sys.executable).with_name("weed")
        with (directory / "weed.log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(program), "mini", f"-dir={directory}", f"-s3.port={port}", *others, *off],
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                cwd=directory,
            )
        self._make_bucket()

    def _make_bucket(self) -> None:
        config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            config=config,
        )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                client.create_bucket(Bucket=self.bucket)
                client.put_object(Bucket=self.bucket, Key="first", Body=b"is it there?")
                client.delete_object(Bucket=self.bucket, Key="first")
                return
            except (BotoCoreError, ClientError) as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    told = (self.directory / "weed.log").read_text(errors="replace")[-3000:]
                    raise AssertionError(f"the service did not start:\n{told}") from error
                time.sleep(0.2)

    def stop(self) -> None:
        """Ends it."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
