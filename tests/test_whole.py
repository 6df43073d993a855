from __future__ import annotations

from pathlib import Path

import pytest

from lumbago.whole import write_whole, written_whole


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "plan.pdf"
    write_whole(file, b"one")
    write_whole(file, b"two")
    assert file.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    taken = tmp_path / "folder"
    taken.mkdir()
    with pytest.raises(OSError, match="folder"):
        write_whole(taken, b"words")
    assert list(tmp_path.iterdir()) == [taken]


def test_a_folder_that_is_not_there_is_named_by_the_file_that_was_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "plan.pdf"
    with pytest.raises(FileNotFoundError) as error, written_whole(file):
        raise AssertionError("nothing is begun")
    assert error.value.filename == str(file)
