"""``python -m imp_runtime.cli`` is the ``impsim`` command."""

from imp_runtime.cli.main import main

main()
