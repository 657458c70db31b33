"""How the staff sign in: password, second factor, sessions. django-allauth does it; `urls` says what is offered."""
