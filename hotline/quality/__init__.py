"""Quality of the desk's work: which cases are looked at, score cards, results, what agents say to them.

`sampling`, `cards`, `scoring`, `results` and `weeks` are pure; `population` reads what there was, `samples`, `casebook`
and `sheetbook` keep it, `drawing` puts both together, `keeping` does it every week.
"""
