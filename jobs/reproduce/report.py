#!/usr/bin/env python3
"""Writes report.html (self-contained) and report.md of a folder that reproduce.sh has filled.

Usage: report.py FOLDER PROGRAM
"""

import base64
import html
import os
import pathlib
import subprocess
import sys

import quoted
from ours import Tables

SOURCE = pathlib.Path(__file__).resolve().parents[2]

FIGURES = (
    ("LLX, arXiv:2406.07477", (
        ("llx_fig1", "LLX figure 1: recoil spectra before any detector."),
        ("llx_fig2_e", "LLX figure 2, electron flavour: 90 % upper limits from Dresden-II with three quenching models and "
                       "from COHERENT CsI, over published limits (grey: excluded; dotted: a sensitivity)."),
        ("llx_fig2_mu", "LLX figure 2, muon flavour: 90 % upper limit from COHERENT CsI."),
        ("llx_fig2_tau", "LLX figure 2, tau flavour: 90 % bounds from the measured 8B flux, and a likelihood of the "
                         "XENONnT data beyond LLX."))),
    ("KDK, arXiv:2108.12998", (
        ("kdk_fig1", "KDK figure 1: spectra of CsI 2017 and liquid argon with data, after a fit at KDK's best point "
                     "(29.8 MeV, 2.89e-9 mu_B); the residuals are below."),
        ("kdk_fig2", "KDK figure 2: Delta chi2 against the coupling that is common to all flavours."),
        ("kdk_fig3", "KDK figure 3: regions allowed at 1 sigma, 90 % and 99 % (two parameters)."),
        ("kdk_fig4", "KDK figure 4: 90 % limits with two degrees of freedom, over published limits."))))

STYLE = """body{font:16px/1.5 Georgia,'Times New Roman',serif;color:#222;max-width:64rem;margin:2rem auto;padding:0 1.2rem}
h1{font-size:1.7rem;margin-bottom:.2rem}h2{font-size:1.3rem;margin-top:2.4rem;border-bottom:1px solid #bbb}
table{border-collapse:collapse;width:100%;font-size:.86rem;margin:1rem 0}th,td{border-bottom:1px solid #ddd;
padding:.35rem .6rem;text-align:left;vertical-align:top}th{border-bottom:2px solid #888}
td:nth-child(2),td:nth-child(3){white-space:normal}figure{margin:1.4rem 0;text-align:center}
figure img{max-width:100%;height:auto}figcaption{font-size:.88rem;color:#444;max-width:46rem;margin:.4rem auto}
.holds{color:#00643c;font-weight:bold}.partly{color:#8a5a00;font-weight:bold}.not{color:#a02010;font-weight:bold}
.small{color:#555;font-size:.86rem}code{font-size:.9em}"""


def html_table(heads, rows, verdict_column=None):
    lines = ["<table><thead><tr>", *[f"<th>{html.escape(head)}</th>" for head in heads], "</tr></thead><tbody>"]
    for row in rows:
        cells = []
        for column, cell in enumerate(row):
            text = html.escape(cell)
            if column == verdict_column:
                kind = {"holds": "holds", "holds partly": "partly"}.get(cell, "not")
                text = f'<span class="{kind}">{text}</span>'
            cells.append(f"<td>{text}</td>")
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return "\n".join([*lines, "</tbody></table>"])


def markdown_table(heads, rows):
    def line(cells):
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(heads), "|" + "---|" * len(heads), *map(line, rows)])


def sections(folder):
    """(heading, introduction, heads, rows, column of verdicts or None) of every table."""
    tables = Tables(folder)
    data = pathlib.Path(os.environ.get("NUDIPOLE_DATA") or SOURCE / "data")
    heads = ("what", "printed", "ours", "why they differ")
    return (
        ("Numbers of KDK", "With KDK's own inputs: one radius, no term -T/E in CEvNS, 24 kg and 13.7e22 protons for argon.",
         heads, quoted.kdk(tables), None),
        ("Numbers of LLX", "", heads, quoted.llx(tables, data), None),
        ("Claims of LLX", "Each is checked against our curves and the published ones in data/literature.",
         ("claim", "verdict", "what our curves say"), quoted.claims(tables, data / "literature"), 1))


def png_width(path):
    """Width of a PNG [pixels], from its header."""
    return int.from_bytes(path.read_bytes()[16:20], "big")


def version_of(program):
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def main():
    folder, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    title = "nudipole against the papers it began with"
    introduction = (f"Made by jobs/reproduce.sh with {version_of(program)}. Couplings are d of L = (d/2) N sigma nu F + h.c. "
                    "in Bohr magnetons. LLX is Li, Li, Xia, arXiv:2406.07477; KDK is Kim, Dasgupta, Kang, "
                    "arXiv:2108.12998.")
    page = [f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
            f"</head><body><h1>{title}</h1><p class='small'>{html.escape(introduction)}</p>"]
    text = [f"# {title}", "", introduction, ""]
    for heading, lead, heads, rows, verdicts in sections(folder):
        page += [f"<h2>{heading}</h2>", f"<p>{html.escape(lead)}</p>" if lead else "",
                 html_table(heads, rows, verdicts)]
        text += [f"## {heading}", "", *([lead, ""] if lead else []), markdown_table(heads, rows), ""]
    for heading, figures in FIGURES:
        page.append(f"<h2>Figures of {heading}</h2>")
        text += [f"## Figures of {heading}", ""]
        for name, caption in figures:
            picture = folder / "figures" / f"{name}.png"
            if not picture.exists():
                continue
            width = png_width(picture) * 0.72  # half again as large as printed: lines stay sharp on any screen
            data = base64.b64encode(picture.read_bytes()).decode("ascii")
            page.append(f"<figure><img alt='{html.escape(caption)}' style='width:{width:.0f}px' src='data:image/png;base64,{data}'>"
                        f"<figcaption>{html.escape(caption)} <a href='figures/{name}.pdf'>PDF</a></figcaption></figure>")
            text += [f"![{caption}](figures/{name}.png)", "", f"{caption}", ""]
    page.append("</body></html>")
    (folder / "report.html").write_text("\n".join(page), encoding="utf-8")
    (folder / "report.md").write_text("\n".join(text), encoding="utf-8")
    print(f"nudipole: wrote {folder / 'report.html'} and report.md", file=sys.stderr)


if __name__ == "__main__":
    main()
