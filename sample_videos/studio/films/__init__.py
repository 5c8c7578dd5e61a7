"""The films that the studio makes, by the names of their files."""

from __future__ import annotations

from sample_videos.studio.film import Film
from sample_videos.studio.films import heavy_bag, pad_work, sparring

FILMS: dict[str, Film] = {
    film.script.name: film for film in (sparring.FILM, heavy_bag.FILM, pad_work.FILM)
}
