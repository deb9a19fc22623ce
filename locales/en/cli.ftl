# The command line
demo-chat = Chat: { $url }
demo-console =
    Console for staff: { $url }
    (OpenAPI: /api/openapi.json, health: /healthz)
demo-accounts =
    Demo accounts (the password is always { $password }):
      hrss (replies for the social security bureau), hrss-review (approves there); the same for every unit: CODE, CODE-review
      dispatch (dispatcher), administrator (staff accounts)
demo-data = Data is kept in { $folder }; delete that folder to begin afresh. Ctrl-C ends.
demo-exposed = Careful: everybody knows the demo password. Don't let other machines reach this address.
