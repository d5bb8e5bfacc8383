"""A bare Debian 12 to install into, made by debootstrap. Needs root and Debian's mirror; a tree of debootstrap in
NUDIPOLE_DEBIAN_BASE is copied instead of making one for each test.
"""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

needed = unittest.skipUnless(os.geteuid() == 0 and shutil.which("debootstrap"), "needs root and debootstrap")


def run(command, patience_s=1500):
    """What a command prints; an error with its end where it fails."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=patience_s, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout[-4000:]}")
    return done.stdout


def mirror():
    """Where this machine's apt gets Debian from."""
    texts = [path.read_text(encoding="utf-8") for path in pathlib.Path("/etc/apt").rglob("*")
             if path.suffix in (".list", ".sources") and path.is_file()]
    found = re.search(r"^(?:deb |URIs: *)(http\S+/debian)/?\s", "\n".join(texts), re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


class Chroot:
    """A root folder that goes with the test class; `template` is another one to begin with."""

    def __init__(self, root, test_class, template=None):
        self.root = root
        base = template or os.environ.get("NUDIPOLE_DEBIAN_BASE")
        if base:
            run(["cp", "-a", "--one-file-system", base, root])
        else:
            run(["debootstrap", "--variant=minbase", "bookworm", root, mirror()])
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        run(["mount", "-t", "proc", "proc", root / "proc"])
        test_class.addClassCleanup(subprocess.run, ["umount", str(root / "proc")], check=False)

    def as_root(self, text, folder="/", patience_s=1500, **variables):
        """What a script prints that runs as root with nothing in its environment."""
        return self._run(["chroot", self.root], text, folder, patience_s,
                         {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", **variables})

    def as_user(self, text, folder="/home/user", patience_s=1500, **variables):
        """The same for the user `user`, whom `useradd` has made."""
        return self._run(["chroot", "--userspec=user:user", self.root], text, folder, patience_s,
                         {"PATH": "/usr/bin:/bin", "HOME": "/home/user", **variables})

    @staticmethod
    def _run(command, text, folder, patience_s, variables):
        words = [f"{name}={value}" for name, value in {"LC_ALL": "C.UTF-8", **variables}.items()]
        return run([*command, "env", "-i", *words, "bash", "-euc", f"cd {folder}; {text}"], patience_s)
