"""All that a server has imported once it has shown every screen in both languages.

Servers of tests are forked from a process that loads this: to import it anew takes each of them
seconds of a core.
"""

from __future__ import annotations

import importlib
import pkgutil

import app
import components
from core import language

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(components.__path__, "components.")
]
CATALOGUES = [(language.translator(code), language.messages(code)) for code in language.LANGUAGES]
APP = app.app
