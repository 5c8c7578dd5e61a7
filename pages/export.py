from components import shell

page = shell.enter("export")
