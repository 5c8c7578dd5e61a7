"""follow: a track goes on where its object goes."""

from __future__ import annotations

import uuid

import click

from commands import suggesting, terminal
from commands.terminal import _
from core import db as store
from core import following, particles, people, tracks
from core.language import N_


@terminal.command("follow", N_("Follow a track's object from a frame on, and wait for it."))
@click.argument("video", type=int, metavar="VIDEO_ID")
@click.argument("track", type=int, metavar="TRACK_ID")
@terminal.option(
    "--from",
    "frame",
    type=click.IntRange(0),
    required=True,
    help=N_("The frame to begin at; the track is there."),
)
@terminal.option("--backwards", is_flag=True, help=N_("Towards the beginning of the video."))
@terminal.option("--model", default="medianflow", metavar="NAME", help=N_("A name from `models`."))
@terminal.option("--by", metavar="NAME", help=N_("Who decides; the account's name otherwise."))
def follow(video: int, track: int, frame: int, backwards: bool, model: str, by: str | None) -> None:
    """Queue the follow and do it here."""
    workspace = terminal.session().workspace
    with store.reader(workspace) as db:
        revision = tracks.get(db, track).revision
    number = store.write(
        workspace,
        lambda db: following.queue(
            db,
            batch=uuid.uuid4().hex,
            person=by or people.operating_system_user(),
            video=video,
            track=track,
            revision=revision,
            frame=frame,
            direction=-1 if backwards else 1,
            model=model,
        ),
    )
    result = suggesting.work_off(suggesting.worker(workspace), number)
    with store.reader(workspace) as db:
        told = following.report(db, number)["ending"]
    said = (told["message"], told["hint"])
    text = " ".join(particles.fill(_(key), told["values"]) for key in said if key)
    terminal.answer({"follow": {**result, "text": text}}, lambda: click.echo(text))


COMMANDS = (follow,)
