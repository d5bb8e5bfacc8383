"""jobs/reproduce.sh makes every figure and a report of every number, from nothing, by one command."""

import base64
import html.parser
import pathlib
import re
import sys
import unittest

from figure_cases import HAS_PLOTTING
from nudipole_run import PROGRAM, SOURCE, ProgramTest, environment, run_command

FIGURES = ("llx_fig1", "llx_fig2_e", "llx_fig2_mu", "llx_fig2_tau", "kdk_fig1", "kdk_fig2", "kdk_fig3", "kdk_fig4")


class Page(html.parser.HTMLParser):
    """Rows of tables and sources of pictures; complains of tags that are not closed."""

    def __init__(self):
        super().__init__()
        self.rows, self.pictures, self.open = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "img":
            self.pictures.append(dict(attributes)["src"])
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open and ("td" in self.open or "th" in self.open):
            self.rows[-1][-1] += data


@unittest.skipUnless(HAS_PLOTTING, "no matplotlib or h5py")
class Reproduce(ProgramTest):
    def test_figures_and_report(self):
        target = self.folder / "report"
        run = run_command(["bash", SOURCE / "jobs" / "reproduce.sh", target], timeout=280,
                          env=environment(NUDIPOLE_PROGRAM=PROGRAM, NUDIPOLE_PYTHON=sys.executable))
        self.assertEqual(run.code, 0, run)
        self.assertFalse("error" in run.err or "Warning" in run.err, run.err)
        for name in FIGURES:
            self.assertTrue((target / "figures" / f"{name}.pdf").read_bytes().startswith(b"%PDF"), name)
            self.assertTrue((target / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG"), name)
        self.look_at((target / "report.html").read_text(encoding="utf-8"))
        self.read((target / "report.md").read_text(encoding="utf-8"), target)

    def look_at(self, text):
        page = Page()
        page.feed(text)
        self.assertEqual(page.open, [])
        self.assertEqual(len(page.pictures), len(FIGURES))
        for picture in page.pictures:
            head, data = picture.split(",", 1)
            self.assertEqual(head, "data:image/png;base64")
            self.assertTrue(base64.b64decode(data).startswith(b"\x89PNG"))
        cells = {row[0]: row[1:] for row in page.rows}
        # What the papers print, written down here again (arXiv:2108.12998 and 2406.07477).
        light = cells["CsI: limit on d at 90 (99) %, light N, two degrees of freedom"]
        self.assertEqual(light[0], "3.4e-9 (4.2e-9) mu_B")
        # Ours: the tables that independent programs made for universal d (tests/reference) give 2.58 and 3.37.
        self.assertEqual(light[1], "2.58e-9 (3.37e-9) mu_B")
        self.assertEqual(cells["CsI: chi2 of the Standard Model"][0], "7.07")
        self.assertEqual(cells["LAr: chi2 of the Standard Model"][0], "3.18")
        verdicts = {row[1] for row in page.rows if len(row) == 3 and row[0] != "claim"}
        self.assertLessEqual(verdicts, {"holds", "holds partly", "does not hold"})
        self.assertEqual(len([row for row in page.rows if len(row) == 3]), 7)  # six claims and their heading

    def read(self, text, folder):
        self.assertIsNone(re.search(r"\bnan\b", text))
        for picture in re.findall(r"!\[.*?\]\((.*?)\)", text):
            self.assertTrue((folder / pathlib.Path(picture)).is_file(), picture)


if __name__ == "__main__":
    unittest.main()
