"""Which process trains a run: what job.json may hold, and that no other process is taken for it."""

import dataclasses
import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cnn.runs import process
from cnn.runs.process import LONGEST_REASON, JobFile, identity_of
from cnn.runs.run import RunError
from tests.bad_disk import refusing
from tests.patience import wait_until

HOSTILE = (
    b"", b"null", b"[]", b"nonsense", b"\xff\xfe", b"\x00" * 100, b'{"ticket": 1', b"[" * 100_000,
    b'{"reason": ' * 50_000, b'{"pid": "1"}', b'{"pid": -1}', b'{"pid": true}', b'{"pid": 1.5}',
    b'{"pid": 99999999999}', b'{"pid": ' + b"9" * 5_000 + b"}", b'{"pid": null}', b'{"pid": []}',
    b'{"ticket": 0}', b'{"ticket": -1}', b'{"ticket": "1"}', b'{"ticket": 1e999}',
    b'{"ticket": {}}', b'{"ended": 1}', b'{"ended": "yes"}', b'{"failed": null}',
    b'{"reason": 1}', b'{"reason": null}', b'{"reason": "\\ud800"}', b'{"stopping": 0}',
    b'{"reason": "' + b"x" * (LONGEST_REASON + 1) + b'"}', b'{"identity": 1}',
    b'{"identity": "' + b"x" * 101 + b'"}', b'{"oom_kills": NaN}', b'{"oom_kills": -1}',
    b'{"machine": 1}', b'{"machine": "' + b"x" * 101 + b'"}',
    b'{"reason": "' + b"x" * 2_000_000 + b'"}',
)  # fmt: skip


@pytest.fixture
def other():
    """Another process."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"]) as started:
        yield started
        started.kill()


@pytest.mark.parametrize("content", HOSTILE, ids=lambda content: repr(content[:30]))
def test_a_damaged_job_file_says_nothing(tmp_path, content):
    (tmp_path / "job.json").write_bytes(content)
    assert JobFile.read(tmp_path) == JobFile()


def test_what_is_no_file_says_nothing(tmp_path):
    assert JobFile.read(tmp_path) == JobFile()
    (tmp_path / "job.json").mkdir()
    assert JobFile.read(tmp_path) == JobFile()
    (tmp_path / "job.json").rmdir()
    os.mkfifo(tmp_path / "job.json")
    assert JobFile.read(tmp_path) == JobFile()


@pytest.mark.parametrize("reason", ["Stopped.", "x" * 5_000, "\ud800 ü \U0001f600 \x00", ""])
def test_whatever_is_written_can_be_read(tmp_path, reason):
    written = JobFile.of_process(psutil.Process()).with_end(failed=True, reason=reason)
    written.write(tmp_path)
    assert JobFile.read(tmp_path) == written
    assert written.ended
    assert written.reason[:5] == reason[:5].replace("\ud800", "?")


@pytest.mark.parametrize("status", [None, 0, -15])
def test_how_a_job_of_an_older_version_ended_is_still_told(tmp_path, status):
    old = {"ticket": None, "pid": 2459, "created": 1795735243.15, "log_start": 0, "oom_kills": 0,
           "ended": True, "failed": True, "reason": "The loss became nan.",
           "status": status}  # fmt: skip
    (tmp_path / "job.json").write_text(json.dumps(old))
    told = JobFile.read(tmp_path)
    assert (told.ended, told.failed, told.reason) == (True, True, "The loss became nan.")


@pytest.mark.parametrize("seconds", [-5, 5, 3600, -(10**9)])
def test_a_clock_that_is_set_makes_no_job_dead(monkeypatch, other, seconds):
    file = JobFile.of_process(psutil.Process(other.pid))
    told = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: told(self) + seconds)
    assert file.process() == psutil.Process(other.pid)
    assert not file.is_dead()


def test_a_process_that_got_the_number_of_a_job_is_not_taken_for_it(other):
    own = JobFile.of_process(psutil.Process())
    assert dataclasses.replace(own, pid=other.pid).process() is None
    assert dataclasses.replace(own, pid=other.pid).is_dead()


def test_a_process_of_another_start_of_the_machine_is_not_taken_for_a_job(monkeypatch, tmp_path):
    before = JobFile.of_process(psutil.Process())
    (tmp_path / "boot_id").write_text("00000000-0000-0000-0000-000000000000\n")
    monkeypatch.setattr(process, "BOOT_ID", tmp_path / "boot_id")
    assert before.is_dead()
    assert JobFile.of_process(psutil.Process()).process() == psutil.Process()
    # Some containers do not tell which start it is.
    monkeypatch.setattr(process, "BOOT_ID", tmp_path / "none")
    assert JobFile.of_process(psutil.Process()).process() == psutil.Process()


def test_identities_are_told_in_the_same_words_by_every_process(other):
    say = (
        "import sys; from cnn.runs.process import identity_of; print(identity_of(int(sys.argv[1])))"
    )
    root = Path(process.__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", say, str(other.pid)], capture_output=True,
                          text=True, check=True, cwd=root)  # fmt: skip
    assert told.stdout.strip() == identity_of(other.pid) != identity_of(os.getpid())


def test_on_other_systems_psutil_tells_what_the_system_has_written_down(monkeypatch, other):
    monkeypatch.setattr(sys, "platform", "darwin")
    file = JobFile.of_process(psutil.Process(other.pid))
    assert file.process() == psutil.Process(other.pid)
    assert dataclasses.replace(file, pid=os.getpid()).process() is None
    other.kill()
    other.wait()
    assert file.is_dead()


def test_a_program_of_any_name_has_an_identity(tmp_path):
    program = tmp_path / ") 1 2 3 ("
    program.symlink_to(sys.executable)
    with subprocess.Popen([program, "-c", "import time; time.sleep(3600)"]) as started:
        ticks = Path(f"/proc/{started.pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
        assert identity_of(started.pid).endswith(f" {ticks}")
        started.kill()


@pytest.mark.parametrize("pid", [0, 2**31 - 1])
def test_a_process_that_is_not_there_has_no_identity(pid):
    assert identity_of(pid) == ""
    assert JobFile(pid=pid).process() is None


def test_one_that_has_ended_and_one_that_nobody_asked_for_its_status_are_dead(other):
    file = JobFile.of_process(psutil.Process(other.pid))
    other.send_signal(signal.SIGKILL)
    wait_until(lambda: psutil.Process(other.pid).status() == psutil.STATUS_ZOMBIE)
    assert file.is_dead()
    other.wait()
    assert file.is_dead()


def test_a_job_of_another_user_is_seen_and_left_alone(monkeypatch, other):
    file = JobFile.of_process(psutil.Process(other.pid))

    def refused(self):
        raise psutil.AccessDenied(self.pid)

    for what in ("terminate", "suspend", "resume", "kill", "environ"):
        monkeypatch.setattr(psutil.Process, what, refused)
    at_work = file.process()
    assert at_work is not None
    for touch in (process.halt, process.let_go_on):
        refusal = pytest.raises(RunError, match="“a” is being trained by another user")
        with refusal, process.permitted("a"):
            touch(at_work)
    process.end_orphans(other.pid)


def test_on_a_full_disk_a_job_file_is_written_where_it_lies_and_none_is_made(tmp_path):
    running = JobFile.of_process(psutil.Process())
    with refusing(tmp_path, errno.ENOSPC), pytest.raises(OSError, match="No space"):
        running.write(tmp_path)
    assert not list(tmp_path.iterdir())
    running.write(tmp_path)
    for reason in ("The disk is full: " * 20, "Short."):
        told = running.with_end(failed=True, reason=reason)
        with refusing(tmp_path, errno.ENOSPC):
            told.write(tmp_path)
        assert JobFile.read(tmp_path) == told
    assert [file.name for file in tmp_path.iterdir()] == ["job.json"]
    with refusing(tmp_path, errno.EROFS), pytest.raises(OSError, match="Read-only"):
        running.write(tmp_path)
    assert JobFile.read(tmp_path) == told
