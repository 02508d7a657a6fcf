runStackApp({ name: 'bootstrap', owner: 'platform-team' })
