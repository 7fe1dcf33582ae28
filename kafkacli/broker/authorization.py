"""The authorizer that a broker's properties ask for.

`super.users` (principals, separated by semicolons) and `allow.everyone.if.no.acl.found` are the authorizer's own keys.
Source: Apache `AclAuthorizer.configure`.
"""

from kafkacli.authorizer.acls import is_principal
from kafkacli.authorizer.authorizer import Authorizer
from kafkacli.broker.configs import KafkaConfig
from kafkacli.config_types import ConfigError

SUPER_USERS = "super.users"
ALLOW_UNPROTECTED = "allow.everyone.if.no.acl.found"

_ILLEGAL_ARGUMENT = "java.lang.IllegalArgumentException"


def make_authorizer(config: KafkaConfig) -> Authorizer | None:
    """Return an authorizer that knows no ACLs yet; None where there is to be none. Raises ConfigError."""
    if not config.text("authorizer.class.name"):
        return None
    text = config.originals.get(SUPER_USERS, "")
    users = [user.strip() for user in text.rstrip(";").split(";")] if text else []
    for user in users:
        if not is_principal(user):
            raise ConfigError(
                f"expected a string in format principalType:principalName but got {user}", _ILLEGAL_ARGUMENT
            )
    allow = config.originals.get(ALLOW_UNPROTECTED, "false")
    if allow.lower() not in ("true", "false"):
        raise ConfigError(f'For input string: "{allow}"', _ILLEGAL_ARGUMENT)
    return Authorizer(users, allow_unprotected=allow.lower() == "true")
