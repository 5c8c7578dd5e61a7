"""Label: the annotator, filling the window."""

from __future__ import annotations

from components import label_screen, shell

page = shell.enter()
_ = page.text

videos = label_screen.ready(page)
if not videos:
    shell.heading(_("Label"))
    shell.lead_to_library(page, _("There is no video to label yet."))

here = label_screen.place(page, videos)
label_screen.picker(page, videos, here)
label_screen.annotate(page, here)
