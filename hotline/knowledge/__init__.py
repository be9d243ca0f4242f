"""The editors' side of the knowledge base: entries with versions, what waits for review, what nobody could answer.

`editing` keeps the versions and lets pure `knowledge.workflow` decide what may be done; `seeding` brings in the files;
`feed` is what the assistant polls; `finder` searches as the assistant does; `questions` is the to-do list.
"""
