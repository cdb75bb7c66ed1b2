"""What the build adds to the tree: the dependencies as requirements/run.in gives them, and the compiled catalogues."""

from pathlib import Path
from runpy import run_path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Reads the dependencies where their ranges are written."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the dependencies to the metadata."""
        lines = (Path(self.root) / "requirements" / "run.in").read_text("utf-8").splitlines()
        metadata["dependencies"] = [line.strip() for line in lines if line.strip() and not line.startswith("#")]


class Catalogues(BuildHookInterface):
    """Compiles the translations, so that the package reads them without writing into itself."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues that changed."""
        translations = Path(self.root) / "consult" / "translations"
        run_path(str(Path(self.root) / "consult" / "web" / "catalogues.py"))["compile_catalogues"](translations, translations)
