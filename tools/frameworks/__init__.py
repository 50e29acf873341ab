"""``make frameworks``: every snippet, executed in its real framework and compared with xentedu."""
