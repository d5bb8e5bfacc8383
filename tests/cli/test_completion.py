"""Completions of the shells: what they offer, and that the shells take their scripts."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from nudipole_run import PATIENCE_S, ProgramTest


class Completion(ProgramTest):
    def complete(self, *words):
        script = self.write("completion.bash", self.succeed("completion", "bash").out)
        words = ["nudipole", *words]
        quoted = " ".join(f"'{word}'" for word in words)
        text = (f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _nudipole; "
                'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-euc", text], cwd=self.folder, text=True, check=True, stdout=subprocess.PIPE)
        return done.stdout.split()

    def test_every_subcommand_and_option_of_the_help(self):
        listed = re.findall(r"^  (\w[\w-]*) {2,}\S", self.succeed("--help").out.split("Subcommands:")[1], re.MULTILINE)
        self.assertGreater(len(listed), 15)
        offered = self.complete("")
        for name in listed:
            self.assertIn(name, offered)
            options = re.findall(r"^  (?:-\w,)?(--[\w-]+)", self.succeed(name, "--help").out, re.MULTILINE)
            self.assertIn("--help", options)
            self.assertLessEqual(set(options), set(self.complete(name, "--")), name)
            self.assertIn("--help", self.complete(name, "--h"))

    def test_choices_and_files(self):
        self.assertEqual(self.complete("limits", "file", "--format", ""), ["csv", "json", "table", "hepdata"])
        self.assertEqual(self.complete("limits", "file", "--format", "h"), ["hepdata"])
        self.write("my.yaml", "")
        self.assertEqual(self.complete("scan", "my"), ["my.yaml"])
        self.assertEqual(self.complete("conv"), ["convert"])

    def test_zsh_names_every_subcommand(self):
        text = self.succeed("completion", "zsh").out
        self.assertTrue(text.startswith("#compdef nudipole\n"))
        for name in self.complete(""):
            if not name.startswith("-"):
                self.assertIn(f"    {name})\n", text)


class Zsh(ProgramTest):
    """A zsh at a terminal, where the tabulator is pressed."""

    def setUp(self):
        super().setUp()
        if not shutil.which("zsh"):
            self.skipTest("no zsh")
        self.write("_nudipole", self.succeed("completion", "zsh").out)
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, "TERM": "dumb", "PS1": "", "HOME": str(self.folder)})
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.close, self.terminal)  # which ends the shell
        # The words that the program would get, between marks that typing them does not make.
        self.type("nudipole() { print -r -- \"<<\"${(j:|:)@}\">>\" }\n")
        self.type("fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; nudipole ready\n")
        self.wait_for("<<ready>>")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait_for(self, pattern):
        """The match of a pattern in what the shell prints from now on."""
        text, end = "", time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.1)[0]:
                text += os.read(self.terminal, 4096).decode(errors="replace")
            found = re.search(pattern, text)
            if found:
                return found
        raise AssertionError(f"waited in vain for {pattern!r}: {text!r}")

    def completed(self, typed):
        """The words that the program gets where the tabulator is pressed behind what is typed."""
        self.type(typed + "\t\n")
        return self.wait_for(r"<<([^>$]*)>>")[1].split("|")

    def test_syntax(self):
        subprocess.run(["zsh", "-n", self.folder / "_nudipole"], check=True)

    def test_subcommands_options_choices_and_files(self):
        self.write("my.yaml", "")
        for typed, words in (("nudipole conv", ["convert"]),
                             ("nudipole limits a.h5 --metad", ["limits", "a.h5", "--metadata"]),
                             ("nudipole limits a.h5 --format h", ["limits", "a.h5", "--format", "hepdata"]),
                             ("nudipole scan m", ["scan", "my.yaml"]),
                             ("nudipole completion --hel", ["completion", "--help"])):
            with self.subTest(typed):
                self.assertEqual(self.completed(typed), words)


if __name__ == "__main__":
    unittest.main()
