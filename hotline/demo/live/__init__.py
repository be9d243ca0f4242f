"""Traffic that goes on live: simulated citizens at the chat page, simulated colleagues at the desk.

`script` reads what they may say (`live.yml`), `talk` decides what is said to what (both pure). `page` and `citizen` are
a citizen at the running product's page, `forms`, `browser`, `colleague`, `attending` and `calls` a colleague before the
desk's pages; `stage` brings everybody on and off.
"""
