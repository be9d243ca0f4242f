"""公众号 and mini-program customer service: WeChat's pushes in, passive replies and customer-service messages out.

``channel`` puts it together. See ``docs/wechat.md`` for what happens to a message, and
``docs/decisions/wechat-protocol.md`` for why so.
"""
